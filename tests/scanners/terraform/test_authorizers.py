"""Who vouches for the users of an API, and who names a pool of users: both need it."""

from __future__ import annotations

from rooted import Shop

POOL = 'resource "aws_cognito_user_pool" "u" { name = "u" }\n'
HTTP = (
    POOL
    + """
resource "aws_lambda_function" "f" { function_name = "f" }
resource "aws_apigatewayv2_api" "a" {
  name          = "a"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_integration" "i" {
  api_id          = aws_apigatewayv2_api.a.id
  integration_uri = aws_lambda_function.f.invoke_arn
}
resource "aws_apigatewayv2_authorizer" "z" {
  api_id = aws_apigatewayv2_api.a.id
  jwt_configuration { issuer = "%s" }
}
resource "aws_apigatewayv2_route" "guarded" {
  api_id        = aws_apigatewayv2_api.a.id
  route_key     = "GET /x"
  authorizer_id = aws_apigatewayv2_authorizer.z.id
  target        = "integrations/${aws_apigatewayv2_integration.i.id}"
}
resource "aws_apigatewayv2_route" "open" {
  api_id    = aws_apigatewayv2_api.a.id
  route_key = "GET /y"
  target    = "integrations/${aws_apigatewayv2_integration.i.id}"
}
"""
)


def test_a_function_needs_the_pool_that_it_is_told(tmp_path):
    shop = Shop(tmp_path, {"main.tf": POOL + """
        resource "aws_lambda_function" "f" {
          function_name = "f"
          environment {
            variables = { USER_POOL_ID = aws_cognito_user_pool.u.id }
          }
        }
        """})  # fmt: skip
    assert "aws_lambda_function.f -> aws_cognito_user_pool.u" in shop.needs


def test_the_routes_that_ask_an_authorizer_need_the_pool_and_others_do_not(tmp_path):
    needs = Shop(tmp_path, {"main.tf": HTTP % "https://${aws_cognito_user_pool.u.endpoint}"}).needs
    pool = {one for one in needs if one.endswith("-> aws_cognito_user_pool.u")}
    assert pool == {"aws_apigatewayv2_route.guarded -> aws_cognito_user_pool.u"}


def test_an_issuer_elsewhere_is_needed(tmp_path):
    shop = Shop(tmp_path, {"main.tf": HTTP % "https://acme.eu.auth0.com/"})
    found = {one.dependent for one in shop.inventory.dependencies if one.dependency == "vendor:auth0"}
    assert found == {"tf:shop:aws_apigatewayv2_route.guarded"}


def test_a_method_with_an_authorizer_guards_its_integration(tmp_path):
    shop = Shop(tmp_path, {"main.tf": POOL + """
        resource "aws_lambda_function" "f" { function_name = "f" }
        resource "aws_api_gateway_rest_api" "a" { name = "a" }
        resource "aws_api_gateway_resource" "x" {
          rest_api_id = aws_api_gateway_rest_api.a.id
          path_part   = "x"
        }
        resource "aws_api_gateway_authorizer" "z" {
          name          = "z"
          type          = "COGNITO_USER_POOLS"
          rest_api_id   = aws_api_gateway_rest_api.a.id
          provider_arns = [aws_cognito_user_pool.u.arn]
        }
        resource "aws_api_gateway_method" "m" {
          rest_api_id   = aws_api_gateway_rest_api.a.id
          resource_id   = aws_api_gateway_resource.x.id
          http_method   = "GET"
          authorizer_id = aws_api_gateway_authorizer.z.id
        }
        resource "aws_api_gateway_integration" "i" {
          rest_api_id = aws_api_gateway_rest_api.a.id
          resource_id = aws_api_gateway_resource.x.id
          http_method = aws_api_gateway_method.m.http_method
          uri         = aws_lambda_function.f.invoke_arn
        }
        """})  # fmt: skip
    pool = {one for one in shop.needs if one.endswith("-> aws_cognito_user_pool.u")}
    assert pool == {"aws_api_gateway_integration.i -> aws_cognito_user_pool.u"}


def test_a_listener_that_signs_users_in_needs_who_does(tmp_path):
    shop = Shop(tmp_path, {"main.tf": POOL + """
        resource "aws_lb" "a" { name = "a" }
        resource "aws_lb_target_group" "g" { name = "g" }
        resource "aws_lb_listener" "l" {
          load_balancer_arn = aws_lb.a.arn
          default_action {
            type = "authenticate-cognito"
            authenticate_cognito { user_pool_arn = aws_cognito_user_pool.u.arn }
          }
          default_action {
            type             = "forward"
            target_group_arn = aws_lb_target_group.g.arn
          }
        }
        resource "aws_lb_listener_rule" "r" {
          listener_arn = aws_lb_listener.l.arn
          action {
            type = "authenticate-oidc"
            authenticate_oidc { token_endpoint = "https://acme.eu.auth0.com/token" }
          }
          action {
            type             = "forward"
            target_group_arn = aws_lb_target_group.g.arn
          }
        }
        """})  # fmt: skip
    assert "aws_lb_listener.l -> aws_cognito_user_pool.u" in shop.needs
    found = {one.dependent for one in shop.inventory.dependencies if one.dependency == "vendor:auth0"}
    assert found == {"tf:shop:aws_lb_listener_rule.r"}

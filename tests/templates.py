"""Templates that several tests read, and facts of this one scanner drawn as text."""

from __future__ import annotations

from pathlib import Path

from scanning import written

from blastradius.model import Component, DependencyFact, Gap, RedundancyFact
from blastradius.scanners.base import Scanned
from blastradius.scanners.cloudformation import CloudFormationScanner
from blastradius.scanners.growing import grow


class Read:
    """Facts of a scan drawn as text, ids without their root."""

    def __init__(self, found: Scanned) -> None:
        self.found = found
        self.components = {self._bare(f.id): f for f in found.facts if isinstance(f, Component)}
        self.gaps = [f.reason for f in found.facts if isinstance(f, Gap)]

    @staticmethod
    def _bare(text: str) -> str:
        return text.removeprefix("cfn:shop:").removeprefix("t.yaml:")

    def needs(self) -> list[str]:
        """`Fn -> Queue [deploy] at 7`, sorted."""
        found = []
        for fact in self.found.facts:
            if isinstance(fact, DependencyFact):
                line = fact.evidence[0].locator.rpartition(":")[2]
                phase = f" [{fact.phase}]" if fact.phase not in (None, "runtime") else ""
                soft = " soft" if fact.strength == "soft" else ""
                found.append(
                    f"{self._bare(fact.dependent)} -> {self._bare(fact.reference.texts[0])}{soft}{phase} at {line}"
                )
        return sorted(found)

    def groups(self) -> list[str]:
        """`Record -> A | B`, sorted."""
        return sorted(
            f"{self._bare(fact.dependent)} -> {' | '.join(self._bare(one.texts[0]) for one in fact.members)}"
            for fact in self.found.facts
            if isinstance(fact, RedundancyFact)
        )


def read(folder: Path, files: dict[str, str] | str) -> Read:
    """Write files and read their folder by this scanner alone."""
    tree = grow([written(folder, {"t.yaml": files} if isinstance(files, str) else files)])
    scanner = CloudFormationScanner()
    tree.markers = scanner.markers
    return Read(scanner.translate(scanner.fetch(tree), tree.name))


FUNCTION = """\
Parameters:
  Name: {Type: String, Default: orders}
  Password: {Type: String, NoEcho: true, Default: planted-1}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Ref Name}}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          QUEUE_URL: !Ref Queue
          TABLE_NAME: orders
          PEER_URL: !Sub "https://planted-2:planted-3@api.example.com/x?k=planted-4"
          PASSWORD: !Ref Password
          OTHER: planted-5
"""

CROSS = {
    "network.yaml": """\
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Queue: {Type: AWS::SQS::Queue}
          Db: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: "{{resolve:secretsmanager:db:SecretString:p}}"}}
          Host: {Type: AWS::SSM::Parameter, Properties: {Name: /db, Value: !GetAtt Db.Endpoint.Address}}
          Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: db}}
        Outputs: {Url: {Value: !Ref Queue, Export: {Name: !Sub "${AWS::StackName}-QueueUrl"}}}
        """,
    "app.yaml": """\
        AWSTemplateFormatVersion: "2010-09-09"
        Parameters: {Net: {Type: String}}
        Resources:
          Fn:
            Type: AWS::Lambda::Function
            Properties:
              Environment:
                Variables:
                  QUEUE: !ImportValue {"Fn::Sub": "${Net}-QueueUrl"}
                  DB: "{{resolve:ssm:/db}}"
                  TOPIC: !GetAtt Child.Outputs.Topic
                  GONE: !ImportValue nobody-exports-this
          Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Fn: !GetAtt Fn.Arn}}}
        """,
    "child.yaml": """\
        Parameters: {Fn: {Type: String}}
        Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !Ref Fn}]}}}
        Outputs: {Topic: {Value: !Ref Topic}}
        """,
}

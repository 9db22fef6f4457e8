"""What scanners of declared cloud resources share: rows that say what a type becomes, routes, zones."""

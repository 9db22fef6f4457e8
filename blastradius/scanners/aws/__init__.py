"""Live AWS accounts, by read-only calls: `blastradius scan --aws`.

Nothing here imports the provider's SDK until an account is asked for; import from `blastradius.scanners.aws.scanning`.
"""

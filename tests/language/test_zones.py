"""The operator `spans_zones`: over how many availability zones a list of subnets spreads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from walint.language.operators import OPERATORS
from walint.language.relation import Relations
from walint.language.scope import Context, resource_scope
from walint.sources import SourceSettings, load

_TEMPLATE = """
Parameters:
  Zone: {{Type: String}}
  Subnet: {{Type: String}}
Conditions:
  IsProd: !Equals [!Ref Zone, a]
Resources:
  A1: {{Type: AWS::EC2::Subnet, Properties: {{AvailabilityZone: eu-west-1a}}}}
  A2: {{Type: AWS::EC2::Subnet, Properties: {{AvailabilityZone: eu-west-1a}}}}
  B: {{Type: AWS::EC2::Subnet, Properties: {{AvailabilityZone: eu-west-1b}}}}
  P1: {{Type: AWS::EC2::Subnet, Properties: {{AvailabilityZone: !Ref Zone}}}}
  P2: {{Type: AWS::EC2::Subnet, Properties: {{AvailabilityZone: !Ref Zone}}}}
  N1: {{Type: AWS::EC2::Subnet}}
  N2: {{Type: AWS::EC2::Subnet}}
  Group: {{Type: AWS::RDS::DBSubnetGroup, Properties: {{SubnetIds: {subnets}}}}}
"""


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [
        ("[!Ref A1, !Ref B]", True),
        ("[!GetAtt A1.SubnetId, !GetAtt B.SubnetId]", True),
        ("[!Ref A1, !Ref A2]", False),
        ("[!Ref A1]", False),
        ("[]", False),
        ("[!Ref P1, !Ref P2]", False),
        ("[!Ref P1, !Ref N1]", True),
        ("[!Ref N1, !Ref N2]", True),
        ("[!Ref N1, !Ref N1]", False),
        ("[subnet-1, subnet-2]", True),
        ("[subnet-1, subnet-1]", False),
        ("[!Ref Subnet]", False),
        ("'subnet-1, subnet-2'", True),
        ("subnet-1", False),
        ("!Sub '${Subnet}-1,${Subnet}-2'", None),
        ("[!Ref A1, !Ref Subnet]", True),
        ("[!Ref Zone, !Ref Subnet]", True),
        ("[!Ref Subnet, !Ref Subnet]", False),
        ("!Split [',', !Ref Subnet]", None),
        ("[!Ref A1, !Ref B, !Ref Subnet]", True),
        ("[!Ref A1, !If [IsProd, !Ref B, !Ref A2]]", None),
    ],
)
def test_zones_are_counted(tmp_path: Path, subnets: str, *, expected: bool | None) -> None:
    (tmp_path / "template.yaml").write_text(_TEMPLATE.format(subnets=subnets), encoding="utf-8")
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    scope = resource_scope(context, graph.of_type("AWS::RDS::DBSubnetGroup")[0])
    answer = OPERATORS["spans_zones"].build({"min": 2}).ask(scope.read(("SubnetIds",)), scope)
    assert expected is (answer if isinstance(answer, bool) else None)

from __future__ import annotations

import pytest

from walint.findings.masking import HIDDEN, is_secret_key, mask, mask_line, mask_value


@pytest.mark.parametrize(
    "path",
    [
        "MasterUserPassword",
        "Environment.Variables.DB_PASSWORD",
        "Environment.Variables.[API_KEY]",
        "OAuthToken",
        "ClientSecret",
        "secret_access_key",
        "PrivateKey",
    ],
)
def test_names_that_promise_a_secret(path: str) -> None:
    assert is_secret_key(path)


@pytest.mark.parametrize(
    "path",
    [
        "SecretArn",
        "ManageMasterUserPassword",
        "TokenValidityUnits",
        "PasswordPolicy",
        "SecretId",
        "TracingConfig.Mode",
        "KmsKeyId",
        "KeyName",
        "Tokens.Length",
        "PasswordLength",
        "",
    ],
)
def test_names_that_only_speak_about_one(path: str) -> None:
    assert not is_secret_key(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key AKIA" + "ABCDEFGHIJKLMNOP here", f"key {HIDDEN} here"),
        ("postgres://app:hunter2@db.internal/orders", f"postgres://{HIDDEN}@db.internal/orders"),
        ("wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY", HIDDEN),
        ("token ghp_" + "a1B2" * 9, f"token {HIDDEN}"),
        ("password=hunter2", f"password={HIDDEN}"),
        ("expected Active, found PassThrough (AWS default)", "expected Active, found PassThrough (AWS default)"),
        ("commit 0123456789abcdef0123456789abcdef01234567", "commit 0123456789abcdef0123456789abcdef01234567"),
        ("arn:aws:iam::123456789012:role/orders", "arn:aws:iam::123456789012:role/orders"),
        ("DummyVpcPrivateSubnet1RouteTableD58FDCEA", "DummyVpcPrivateSubnet1RouteTableD58FDCEA"),
        ("AmazonSSMManagedEC2InstanceDefaultPolicy", "AmazonSSMManagedEC2InstanceDefaultPolicy"),
        ("arn:aws:secretsmanager:eu-west-1:1:secret:orders", "arn:aws:secretsmanager:eu-west-1:1:secret:orders"),
        ("", ""),
    ],
)
def test_credentials_are_hidden_and_nothing_else(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("      MasterUserPassword: hunter2", f"      MasterUserPassword: {HIDDEN}"),
        ('  password = "hunter2"', f'  password = "{HIDDEN}"'),
        ('  "DB_PASSWORD": "hunter2",', f'  "DB_PASSWORD": "{HIDDEN}",'),
        ("  Properties: {MasterUserPassword: hunter2, A: 1}", f"  Properties: {{MasterUserPassword: {HIDDEN}, A: 1}}"),
        ("      Pin_Password: 12345678", f"      Pin_Password: {HIDDEN}"),
        ("      Token: 60", "      Token: 60"),
        ("Passwords: [!Ref A, !Ref B]", "Passwords: [!Ref A, !Ref B]"),
        ("Tags: [{Key: a, Password: hunter2}]", f"Tags: [{{Key: a, Password: {HIDDEN}}}]"),
        ('{"a":{"password":"hunter2"}}', f'{{"a":{{"password":"{HIDDEN}"}}}}'),
        ("Passwords: [hunter2, hunter3]", f"Passwords: [{HIDDEN}]"),
        ("      MasterUserPassword: !Ref Password", "      MasterUserPassword: !Ref Password"),
        (
            "  MasterUserPassword: '{{resolve:secretsmanager:x}}'",
            "  MasterUserPassword: '{{resolve:secretsmanager:x}}'",
        ),
        ("  password = var.password", "  password = var.password"),
        ("  token = data.aws_eks_cluster_auth.this.token", "  token = data.aws_eks_cluster_auth.this.token"),
        ('  secret = lookup(body.value, "x")', '  secret = lookup(body.value, "x")'),
        ("  PASSWORD: hunter.two", f"  PASSWORD: {HIDDEN}"),
        ('  http_tokens = "required"', '  http_tokens = "required"'),
        ("  ServiceToken: !GetAtt F.Arn", "  ServiceToken: !GetAtt F.Arn"),
        ("  EncryptionKey: alias/aws/s3", "  EncryptionKey: alias/aws/s3"),
        ("      ManageMasterUserPassword: true", "      ManageMasterUserPassword: true"),
        ("      SecretArn: arn:aws:secretsmanager:x", "      SecretArn: arn:aws:secretsmanager:x"),
    ],
)
def test_lines_of_templates(line: str, expected: str) -> None:
    assert mask_line(line) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("MasterUserPassword", "hunter2", HIDDEN),
        ("MasterUserPassword", "nothing", "nothing"),
        ("MasterUserPassword", "a reference to Password", "a reference to Password"),
        ("TracingConfig.Mode", "PassThrough (AWS default)", "PassThrough (AWS default)"),
    ],
)
def test_found_values(path: str, value: str, expected: str) -> None:
    assert mask_value(path, value) == expected


@pytest.mark.parametrize("text", ["a:" * 50_000, "password=" * 20_000, "/" * 100_000, "://" * 30_000, "eyJ" * 30_000])
def test_hostile_text_takes_no_time(text: str) -> None:
    assert mask(text)

"""Small templates that several tests change and commit: a queue that forgets, a function, and the alarm it needs."""

from __future__ import annotations

QUEUE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 3600
"""
FUNCTION = """\
Resources:
  Ship:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: ship
      Runtime: python3.13
      Handler: app.handler
      Role: arn:aws:iam::111122223333:role/ship
      Code: {ZipFile: "x"}
"""
ALARM = """\
Resources:
  ShipFails:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions:
        - Name: FunctionName
          Value: ship
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
"""

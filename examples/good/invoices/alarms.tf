resource "aws_sns_topic" "alerts" {
  name = "invoices-alerts"
}

resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = "payments-on-call@example.com"
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "invoices-dead-letters"
  alarm_description   = "Orders without an invoice. Runbook: docs/runbooks/payment-failures.md"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.orders_dlq.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

resource "aws_cloudwatch_metric_alarm" "backlog" {
  alarm_name          = "invoices-backlog"
  alarm_description   = "Orders wait for their invoice. Runbook: docs/runbooks/payment-failures.md"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.orders.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 600
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

resource "aws_cloudwatch_metric_alarm" "table_throttled" {
  for_each = toset(["ReadThrottleEvents", "WriteThrottleEvents"])

  alarm_name          = "invoices-${each.value}"
  alarm_description   = "The table refuses requests. Runbook: docs/runbooks/order-errors.md"
  namespace           = "AWS/DynamoDB"
  metric_name         = each.value
  dimensions          = { TableName = aws_dynamodb_table.invoices.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

# One of its subscribers may still hear that another does not.
resource "aws_cloudwatch_metric_alarm" "alerts_lost" {
  alarm_name          = "invoices-alerts-lost"
  alarm_description   = "Alerts reach nobody. Runbook: docs/runbooks/order-errors.md"
  namespace           = "AWS/SNS"
  metric_name         = "NumberOfNotificationsFailed"
  dimensions          = { TopicName = aws_sns_topic.alerts.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

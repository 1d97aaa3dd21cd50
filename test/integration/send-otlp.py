"""Sends 30 spans, 2 log records and 2 metrics with the official exporters of Python.

usage: send-otlp.py grpc|http ENDPOINT none|gzip
"""

import logging
import os
import sys

protocol, endpoint, compression = sys.argv[1:4]
if compression != "none":
    os.environ["OTEL_EXPORTER_OTLP_COMPRESSION"] = compression
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint

from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if protocol == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

resource = Resource.create({"service.name": "python-shop"})

traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = traces.get_tracer("test")
for number in range(30):
    with tracer.start_as_current_span(f"span {number}", attributes={"number": number, "text": "käse"}) as span:
        span.add_event("happened")
traces.shutdown()

logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
logger = logging.getLogger("shop")
logger.addHandler(LoggingHandler(logger_provider=logs))
logger.error("first line")
logger.warning("second line")
logs.shutdown()

metrics = MeterProvider(resource=resource, metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])
meter = metrics.get_meter("test")
meter.create_counter("orders").add(3)
meter.create_histogram("latency", unit="ms").record(12)
metrics.shutdown()

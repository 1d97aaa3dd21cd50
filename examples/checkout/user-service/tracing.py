"""OpenTelemetry, set up before Flask and SQLAlchemy are used. Traces, metrics and logs go out over OTLP/gRPC."""

import logging
import os
from urllib.parse import urlsplit

from opentelemetry import metrics, trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import OsResourceDetector, ProcessResourceDetector, Resource, get_aggregated_resources
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# Short, so that a trace is on the screen while one still looks at it.
BATCH_DELAY_MS = 500
METRIC_INTERVAL_MS = 5_000


def name_after_path(span, request):
    """`POST /send` instead of `POST`; the paths called from here have no parameters."""
    path = urlsplit(request.url).path
    span.update_name(f"{request.method} {path}")
    span.set_attribute("url.template", path)


def start_tracing(instance_id):
    """Returns a function that sends what is still waiting and ends the export."""
    endpoint = os.environ["OTLP_GRPC_URL"]
    resource = get_aggregated_resources(
        [OsResourceDetector(), ProcessResourceDetector()],
        Resource.create(
            {
                "service.name": os.environ["SERVICE_NAME"],
                "service.version": os.environ["SERVICE_VERSION"],
                "service.namespace": "demo",
                "service.instance.id": instance_id,
                "deployment.environment.name": "demo",
            }
        ),
    )

    traces = TracerProvider(resource=resource)
    traces.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint), schedule_delay_millis=BATCH_DELAY_MS)
    )
    trace.set_tracer_provider(traces)

    reader = PeriodicExportingMetricReader(
        OTLPMetricExporter(endpoint=endpoint), export_interval_millis=METRIC_INTERVAL_MS
    )
    meters = MeterProvider(resource=resource, metric_readers=[reader])
    metrics.set_meter_provider(meters)

    logs = LoggerProvider(resource=resource)
    logs.add_log_record_processor(
        BatchLogRecordProcessor(OTLPLogExporter(endpoint=endpoint), schedule_delay_millis=BATCH_DELAY_MS)
    )
    set_logger_provider(logs)
    logging.getLogger("user-service").addHandler(LoggingHandler(logger_provider=logs))

    RequestsInstrumentor().instrument(request_hook=name_after_path)

    def stop():
        for provider in (traces, meters, logs):
            provider.shutdown()

    return stop

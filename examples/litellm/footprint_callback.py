"""LiteLLM callback: sends each call to `llm-footprint serve`, which counts it once.

In LiteLLM's config.yaml:    litellm_settings: { callbacks: footprint_callback.footprint }
"""

import json
import os
import urllib.request

from litellm.integrations.custom_logger import CustomLogger

URL = os.environ.get("FOOTPRINT_URL", "http://127.0.0.1:4141") + "/ingest/litellm"
TOKEN = os.environ.get("FOOTPRINT_TOKEN")
# Names and numbers; the prompt and the answer stay where they are.
LEFT_OUT = ("messages", "response", "model_parameters", "error_str")


def send(payload):
    kept = {key: value for key, value in payload.items() if key not in LEFT_OUT}
    headers = {"content-type": "application/json", **({"x-footprint-token": TOKEN} if TOKEN else {})}
    request = urllib.request.Request(URL, json.dumps(kept, default=str).encode(), headers)
    urllib.request.urlopen(request, timeout=5).close()


class Footprint(CustomLogger):
    def log_success_event(self, kwargs, response_obj, start_time, end_time):
        send(kwargs["standard_logging_object"])

    log_failure_event = log_success_event

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        send(kwargs["standard_logging_object"])

    async_log_failure_event = async_log_success_event


footprint = Footprint()

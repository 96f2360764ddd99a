"""Asks a provider through a gateway with the official clients, as it is told on standard input, and writes what came."""

import json
import sys

import anthropic
import openai

base, cases = json.load(sys.stdin)
clients = {
    "openai": openai.OpenAI(base_url=f"{base}/openai/v1", api_key="sk-secret"),
    "anthropic": anthropic.Anthropic(base_url=f"{base}/anthropic", api_key="sk-secret"),
}
MESSAGES = [{"role": "user", "content": "Hello there"}]


def openai_whole(client):
    answer = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    return [answer.choices[0].message.content, answer.usage.prompt_tokens, answer.usage.completion_tokens]


def openai_stream(client):
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True, stream_options=options))
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    return [text, chunks[-1].usage.prompt_tokens, chunks[-1].usage.completion_tokens]


def openai_left(client):
    with client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True) as stream:
        for chunk in stream:
            if chunk.choices[0].delta.content:
                return None


def openai_embeddings(client):
    answer = client.embeddings.create(model="text-embedding-3-small", input="Hello there")
    return [len(answer.data), answer.usage.prompt_tokens]


def anthropic_whole(client):
    answer = client.messages.create(model="claude-opus-4-1", max_tokens=64, messages=MESSAGES)
    return [answer.content[0].text, answer.usage.input_tokens, answer.usage.output_tokens]


def anthropic_stream(client):
    with client.messages.stream(model="claude-opus-4-1", max_tokens=64, messages=MESSAGES) as stream:
        text = "".join(stream.text_stream)
        answer = stream.get_final_message()
    return [text, answer.usage.input_tokens, answer.usage.output_tokens]


def outcome(case):
    try:
        return globals()[case](clients[case.split("_")[0]])
    except (openai.APIError, anthropic.APIError) as error:
        return [type(error).__module__.split(".")[0], type(error).__name__, error.status_code, str(error.body)]


json.dump([outcome(case) for case in cases], sys.stdout)

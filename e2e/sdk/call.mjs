// Makes one call with OpenAI's SDK for Node and prints as JSON what its caller sees of it.
//   usage: PACKAGES=FOLDER OPENAI_BASE_URL=... OPENAI_API_KEY=... node call.mjs CASE MODEL QUESTION
// PACKAGES is where npm-packages installed what package-lock.json pins.
import { createRequire } from "node:module";

const { OpenAI } = createRequire(`${process.env.PACKAGES}/`)("openai");
const [kind, model, question] = process.argv.slice(2);

let attempts = 0;
const client = new OpenAI({
  fetch: (...request) => {
    attempts++;
    return fetch(...request);
  },
});
const messages = [{ role: "user", content: question }];
const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    },
  },
];

async function completion(more = {}) {
  const answer = await client.chat.completions.create({ model, messages, ...more });
  const { content, tool_calls: calls } = answer.choices[0].message;
  const call = calls?.[0].function;
  return {
    text: content ?? `${call.name}(${call.arguments})`,
    model: answer.model,
    tokens: answer.usage.total_tokens,
  };
}

async function stream(more = {}) {
  const seen = { text: "", model: "", tokens: 0, withoutChoices: 0 };
  const chunks = await client.chat.completions.create({ model, messages, stream: true, ...more });
  for await (const chunk of chunks) {
    seen.model = chunk.model;
    seen.tokens = chunk.usage?.total_tokens ?? seen.tokens;
    seen.withoutChoices += chunk.choices.length === 0 ? 1 : 0;
    const delta = chunk.choices[0]?.delta;
    seen.text += delta?.content ?? "";
    const call = delta?.tool_calls?.[0].function;
    seen.text += call?.name ? `${call.name}(` : "";
    seen.text += call?.arguments ?? "";
    seen.text += chunk.choices[0]?.finish_reason === "tool_calls" ? ")" : "";
  }
  return seen;
}

const cases = {
  plain: () => completion(),
  stream: () => stream(),
  "stream-usage": () => stream({ stream_options: { include_usage: true } }),
  tools: () => completion({ tools }),
  "tools-stream": () => stream({ tools }),
  models: async () => {
    const names = [];
    for await (const listed of client.models.list()) names.push(listed.id);
    return { text: names.sort().join(" ") };
  },
  embeddings: async () => {
    const answer = await client.embeddings.create({ model, input: question });
    return { text: `${answer.data.length} embeddings` };
  },
};

let outcome;
try {
  outcome = { status: 200, ...(await cases[kind]()) };
} catch (error) {
  if (!(error instanceof OpenAI.APIError)) throw error;
  const { status, code, type, message } = error;
  outcome = { status: status ?? 0, code, type, text: message };
}
console.log(JSON.stringify({ attempts, ...outcome }));

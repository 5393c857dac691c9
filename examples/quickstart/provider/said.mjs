// Prints how many calls the mock has answered, and the input and output tokens that it told them.
const response = await fetch(`${process.env.PROVIDER_URL}/__aimock/journal?status=200`, {
  headers: { authorization: `Bearer ${process.env.PROVIDER_KEY}` },
});
if (!response.ok) throw new Error(`the journal answered ${response.status}`);
const calls = (await response.json()).filter((call) => call.path === "/v1/chat/completions");
const told = (name) =>
  calls.reduce((sum, call) => sum + call.response.fixture.response.usage[name], 0);
console.log(calls.length, told("prompt_tokens"), told("completion_tokens"));

// Asks with each client what stdin says, and prints what the client reports to whoever called it.
// A case: {client, url, headers, stream, retries}. An answer: {message}, or {text} without an error.
import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
import { DefaultChatTransport, generateText, streamText } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';

const model = 'small';
const prompt = 'Hello';
const messages = [{ role: 'user', content: prompt }];
const apiKey = 'none';
const max_tokens = 10;

/** Reads a stream to its end, where there is one. */
async function all(answer, stream) {
  if (!stream) return JSON.stringify(answer);
  let text = '';
  for await (const part of answer) text += JSON.stringify(part);
  return text;
}

/** Undefined leaves the retries to the client's own default. */
function retrying(retries) {
  return retries === undefined ? {} : { maxRetries: retries };
}

async function vercel(languageModel, { stream, retries }) {
  if (!stream) {
    return (await generateText({ model: languageModel, prompt, ...retrying(retries) })).text;
  }
  let failure;
  const onError = ({ error }) => (failure = error);
  await streamText({ model: languageModel, prompt, onError, ...retrying(retries) }).consumeStream();
  if (failure) throw failure;
  return 'no error';
}

const clients = {
  async openai({ url, headers, stream, retries }) {
    const client = new OpenAI({ apiKey, baseURL: url, defaultHeaders: headers, ...retrying(retries) });
    return all(await client.chat.completions.create({ model, messages, stream }), stream);
  },
  async responses({ url, headers, stream, retries }) {
    const client = new OpenAI({ apiKey, baseURL: url, defaultHeaders: headers, ...retrying(retries) });
    return all(await client.responses.create({ model, input: prompt, stream }), stream);
  },
  async anthropic({ url, headers, stream, retries }) {
    const client = new Anthropic({ apiKey, baseURL: url, defaultHeaders: headers, ...retrying(retries) });
    return all(await client.messages.create({ model, max_tokens, messages, stream }), stream);
  },
  ai: (it) =>
    vercel(createOpenAI({ apiKey, baseURL: it.url, headers: it.headers }).chat(model), it),
  aiAnthropic: (it) =>
    vercel(createAnthropic({ apiKey, baseURL: `${it.url}/v1`, headers: it.headers })(model), it),
  async langchain({ url, headers, stream, retries }) {
    const configuration = { baseURL: url, defaultHeaders: headers };
    const chat = new ChatOpenAI({ apiKey, model, configuration, ...retrying(retries) });
    return all(await (stream ? chat.stream(prompt) : chat.invoke(prompt)), stream);
  },
  async langchainAnthropic({ url, headers, stream, retries }) {
    const clientOptions = { defaultHeaders: headers };
    const options = { apiKey, model, anthropicApiUrl: url, maxTokens: max_tokens, clientOptions };
    const chat = new ChatAnthropic({ ...options, ...retrying(retries) });
    return all(await (stream ? chat.stream(prompt) : chat.invoke(prompt)), stream);
  },
  async useChat({ url, headers }) {
    const transport = new DefaultChatTransport({
      api: `${url}/chat/completions`,
      headers: { ...headers, Accept: 'text/plain' },
    });
    const options = { chatId: '1', messages: [], trigger: 'submit-message' };
    return all(await transport.sendMessages(options), true);
  },
};

async function ask(one) {
  const timer = AbortSignal.timeout(60_000);
  const late = new Promise((_, reject) =>
    timer.addEventListener('abort', () => reject(new Error('took over a minute'))),
  );
  try {
    return { text: await Promise.race([clients[one.client](one), late]) };
  } catch (error) {
    return { message: error.message };
  }
}

const answers = await Promise.all(JSON.parse(readFileSync(0, 'utf8')).map(ask));
process.stdout.write(JSON.stringify(answers), () => process.exit(0));

import { afterEach, expect, test, vi } from 'vitest';
import { otlpReceiver } from './otlp-receiver.fixture.js';
import { KEY, sitting } from './test-sittings.js';
import { openTrace } from './trace.js';

afterEach(() => vi.unstubAllEnvs());

interface Told {
  name: string;
  kind: number;
  status: { code: number };
  attributes: { key: string; value: Record<string, unknown> }[];
}

test('a span for each request, after the conventions, without texts and without keys', async () => {
  await using endpoint = await otlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint.url);
  const trace = await openTrace();
  await sitting(
    (_, index) => (index === 1 ? { status: 400 } : 'YES:<20> said in secret'),
    {
      head: 'stages: [relationship, leak]',
      contestant: '{analyst: openai:test-model, temperature: 0.5, maxOutput: 99}',
    },
    { trace },
  );
  expect(await trace.close()).toBe(0);
  expect(endpoint.bodies).toHaveLength(1);
  const [path, body = ''] = (endpoint.bodies[0] ?? '').split(/ (.*)/s);
  expect(path).toBe('/v1/traces');
  for (const secret of [KEY, 'said in secret', 'loss record']) expect(body).not.toContain(secret);

  const [resource] = JSON.parse(body).resourceSpans;
  expect(resource.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'leaktrail' },
  });
  const spans: Told[] = resource.scopeSpans[0].spans;
  const facts = spans.map(({ attributes }) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
  );
  expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
    ['chat test-model', 3],
    ['chat test-model', 3],
  ]);
  expect(facts[0]).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'test-model',
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.max_tokens': 99,
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 10,
    'leaktrail.case': 'dispatch-37-report',
    'leaktrail.stage': 'relationship',
  });
  expect(facts[1]).toMatchObject({ 'error.type': 'bad-request', 'leaktrail.stage': 'leak' });
  expect(spans.map(({ status }) => status.code)).toEqual([0, 2]);
});

test('spans that the endpoint does not take are counted, and the run goes on', async () => {
  await using endpoint = await otlpReceiver(400);
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint.url);
  const trace = await openTrace();
  const { outcome } = await sitting(() => 'YES:<20>', {}, { trace });
  expect(outcome).toMatchObject({ answered: 3, unfinished: [] });
  expect(await trace.close()).toBe(3);
});

test('without an endpoint there is nothing to trace to', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '');
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', '');
  await expect(openTrace()).rejects.toMatchObject({
    code: 'usage',
    hint: 'set OTEL_EXPORTER_OTLP_ENDPOINT, such as http://localhost:4318',
  });
});

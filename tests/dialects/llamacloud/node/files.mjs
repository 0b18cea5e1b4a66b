// Calls every method of the client's resource `files` and writes what came back as one JSON object.
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { LlamaCloud, toFile } from '@llamaindex/llama-cloud';

const { base_url: baseURL, flaky_url: flakyURL, api_key: apiKey, their_project: theirProject } = JSON.parse(process.argv[2]);
const client = new LlamaCloud({ baseURL, apiKey, maxRetries: 0, logLevel: 'error' });
const bytes = Buffer.from('%PDF-1.4\nfrom Node\n%%EOF\n');
const told = {};

async function failure(call) {
  try {
    await call();
  } catch (error) {
    return {
      class: error.constructor.name,
      status: error.status ?? null,
      keys: error.error ? Object.keys(error.error) : [],
    };
  }
  return { class: 'none' };
}

// Object keys keep their order, so the file's part comes first here, and last below.
const first = await client.files.create({
  file: await toFile(bytes, 'first.pdf', { type: 'application/pdf' }),
  purpose: 'parse',
  external_file_id: '',
});
await writeFile('streamed.pdf', bytes);
const last = await client.files.create({
  purpose: 'extract',
  external_file_id: 'E-1',
  file: createReadStream('streamed.pdf'),
});
const blob = await client.files.create({ purpose: 'user_data', file: new File([bytes], 'Grüße – ñ.pdf') });
told.created = [first, last, blob];

told.retrieved = await client.files.retrieve(first.id, { organization_id: null, project_id: null });
const { download_url: expanded } = await client.files.retrieve(last.id, { expand: ['download_url'] });
const presigned = await client.files.content(last.id, { expires_at_seconds: 60 });
told.presigned = presigned;
told.contents = [];
for (const { url } of [expanded, presigned]) {
  told.contents.push(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes));
}

async function names(query) {
  const found = [];
  for await (const file of client.files.list(query)) found.push(file.name);
  return found;
}
told.all = await names({ page_size: 1 });
told.by_name = await names({ order_by: 'name', page_size: 2 });
told.by_ids = await names({ file_ids: [first.id, blob.id], external_file_id: null, file_name: null, page_token: null });
told.by_external_id = await names({ external_file_id: 'E-1' });
told.empty = await names({ file_name: 'absent.pdf' });
told.queried = await client.files.query({
  filter: { file_ids: [first.id, last.id], only_manually_uploaded: true },
  order_by: 'name desc',
  page_size: 5000,
});

told.failures = {
  key: await failure(() => new LlamaCloud({ baseURL, apiKey: 'llx-wrong', maxRetries: 0 }).files.list()),
  project: await failure(() => client.files.list({ project_id: theirProject })),
  absent: await failure(() => client.files.retrieve('00000000-0000-4000-8000-000000000000')),
  order: await failure(() => client.files.list({ order_by: 'size' })),
  token: await failure(() => client.files.list({ page_token: 'made up' })),
  unavailable: await failure(() => new LlamaCloud({ baseURL: flakyURL, apiKey, maxRetries: 0 }).files.list()),
};

// The proxy loses the first two answers to this.
const persistent = new LlamaCloud({ baseURL: flakyURL, apiKey, maxRetries: 5, logLevel: 'off' });
told.repeated = await persistent.files.create({ purpose: 'parse', file: await toFile(bytes, 'repeated.pdf') });
told.repeated_files = await names({ file_name: 'repeated.pdf' });

told.deleted = await client.files.delete(first.id);
told.failures.deleted = await failure(() => client.files.delete(first.id));
process.stdout.write(JSON.stringify(told));

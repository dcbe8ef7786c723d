// Fetches and compiles the engine's program, counting aloud. In a worker of its own (`graftProgram`: the address) it says `{ received }`, then
// `{ program }` or `{ failed }`.
"use strict";

self.graftCompile = async (address, tell) => {
  const PROGRESS_MS = 100;
  const PART_BYTES = 256 << 10;

  // The same response; a slow line is then no silent one. One buffer is filled again and again: a part was taken over when the next is asked for.
  const counted = (response) => {
    const [reader, read] = reading(response.body);
    let received = 0;
    let told = 0;
    const body = new ReadableStream({
      async pull(stream) {
        const { done, value } = await read();
        if (done) return stream.close();
        received += value.byteLength;
        if (performance.now() - told > PROGRESS_MS) {
          told = performance.now();
          tell({ received });
        }
        return stream.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
    // Some hosts serve another type, which no browser would compile on the way.
    return new Response(body, { headers: { "Content-Type": "application/wasm" } });
  };

  const reading = (body) => {
    let reader;
    try {
      reader = body.getReader({ mode: "byob" });
    } catch {
      reader = body.getReader(); // not every browser reads into a given buffer
      return [reader, () => reader.read()];
    }
    let buffer = new ArrayBuffer(PART_BYTES);
    const read = async () => {
      const part = await reader.read(new Uint8Array(buffer));
      buffer = part.value?.buffer ?? buffer;
      return part;
    };
    return [reader, read];
  };

  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.url} cannot be fetched: HTTP ${response.status}`);
  if (!response.body) return WebAssembly.compile(await response.arrayBuffer());
  return WebAssembly.compileStreaming(counted(response));
};

if (self.graftProgram) {
  self.graftCompile(self.graftProgram, (message) => self.postMessage(message))
    .then((program) => self.postMessage({ program }))
    .catch((error) => self.postMessage({ failed: String(error?.message ?? error) }));
}

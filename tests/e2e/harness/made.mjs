// Two small networks of random weights in our own file format, for a place where no public weights can be had: the page must do
// everything with them but know what it sees.
import { createHash } from 'node:crypto';

const V1 = { channels: [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024], blocks: ['depthwise', 'pointwise'] };
const V2 = { channels: [16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320], blocks: ['expand', 'depthwise', 'project'] };
const WIDTH = 0.25;
const UNITS = 20;

const shrunk = (channels) => Math.max(8, Math.round((channels * WIDTH) / 8) * 8);

/** The layers by name, with the shape of each one's weight: convolutions [O, KH, KW, I], depthwise [1, KH, KW, C], head [K, E]. */
function layers({ channels, blocks }) {
  let input = shrunk(32);
  const list = [['stem', [input, 3, 3, 3]]];
  channels.forEach((outputs, block) => {
    const first = input;
    for (const part of blocks) {
      if (part === 'expand' && block === 0) continue; // its factor is 1
      const name = `blocks.${block}.${part}`;
      if (part === 'depthwise') {
        list.push([name, [1, 3, 3, input]]);
        continue;
      }
      const output = part === 'expand' ? first * 6 : shrunk(outputs);
      list.push([name, [output, 1, 1, input]]);
      input = output;
    }
  });
  if (blocks.includes('project')) {
    list.push(['last', [shrunk(1280), 1, 1, input]]);
    input = shrunk(1280);
  }
  return [...list, ['head', [UNITS, input]]];
}

/** The file's bytes (safetensors: the header's length, the header as JSON, the tensors). */
function file(architecture, name, title, input, table) {
  let noise = 1;
  const code = () => {
    noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
    return noise >>> 24;
  };
  const header = {
    __metadata__: {
      format: 'graft-backbone', version: '1', architecture, name, title, classes: `${UNITS} classes that mean nothing`, width: String(WIDTH), input: String(input),
      range: 'x / 127.5 - 1', labels: JSON.stringify(Array.from({ length: UNITS }, (_, i) => [null, `made ${i}`])), licence: 'CC0-1.0', source: 'random numbers', top1: '', top5: '',
    },
  };
  const parts = [];
  let length = 0;
  const add = (tensor, dtype, shape, bytes) => {
    header[tensor] = { dtype, shape, data_offsets: [length, length + bytes.length] };
    parts.push(bytes);
    length += bytes.length;
  };
  const words = (Type, values) => Buffer.from(Type.from(values).buffer);
  // Four-byte numbers first, so that all of them lie at a multiple of four.
  const shapes = layers(table);
  for (const [layer, shape] of shapes) {
    const outputs = layer.endsWith('depthwise') ? shape[3] : shape[0];
    const fanIn = shape.reduce((product, side) => product * side) / outputs;
    // Codes spread by 74 around 127.5: activations keep their size from layer to layer, and the head tells classes apart without exaggerating.
    add(`${layer}.weight.scale`, 'F32', [1], words(Float32Array, [((layer === 'head' ? 0.7 : 1.6) / 74) / Math.sqrt(fanIn)]));
    add(`${layer}.weight.zero_point`, 'I32', [1], words(Int32Array, [126]));
    add(`${layer}.bias`, 'I32', [outputs], words(Int32Array, Array.from({ length: outputs }, () => code() - 110)));
    add(`${layer}.bias.scale`, 'F32', [1], words(Float32Array, [0.004]));
  }
  for (const [layer, shape] of shapes) add(`${layer}.weight`, 'U8', shape, Buffer.from(Array.from({ length: shape.reduce((product, side) => product * side) }, code)));
  let text = JSON.stringify(header);
  text = text.padEnd(Math.ceil(text.length / 8) * 8);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  const bytes = Buffer.concat([size, Buffer.from(text), ...parts]);
  const parameters = shapes.reduce((sum, [layer, shape]) => sum + shape.reduce((product, side) => product * side) + header[`${layer}.bias`].shape[0], 0);
  return { bytes, parameters, depth: shapes.length, embedding: shapes.at(-1)[1][1] };
}

/** A weight file that calls itself a MobileNetV1 and holds the tensors of a MobileNetV2. */
export const ofTwoMinds = () => file('mobilenet-v1', 'two-minds', 'Of two minds', 96, V2).bytes;

/** What the page finds below `models/`: name → bytes; the list has `others` (cards of networks that are in `dist/`) behind the made ones. */
export function madeModels(others = []) {
  const models = {};
  const cards = [
    ['mobilenet-v2', 'made-v2', 'Made V2 0.25', 96, V2],
    ['mobilenet-v1', 'made-v1', 'Made V1 0.25', 64, V1],
  ].map(([architecture, name, title, input, table]) => {
    const { bytes, parameters, depth, embedding } = file(architecture, name, title, input, table);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const fileName = `${name}-${sha256.slice(0, 16)}.safetensors`;
    models[`models/${fileName}`] = bytes;
    return {
      name, title, classes: `${UNITS} classes that mean nothing`, input, parameters, depth, embedding, top1: null, top5: null,
      file: fileName, bytes: bytes.length, sha256, licence: 'CC0-1.0', source: 'random numbers',
    };
  });
  models['models/index.json'] = Buffer.from(JSON.stringify([...cards, ...others]));
  return models;
}

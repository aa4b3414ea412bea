// SPDX-License-Identifier: MIT
// What other programs compute of a model: the file of vectors for `tinytl-gen verify`, of random inputs. TFLite files are run by
// TFLite, ONNX files by onnxruntime, both as WebAssembly under Node 18 or later, without optimising the graph.
//
//     npm install onnxruntime-web @tensorflow/tfjs-tflite          (in a folder; run there)
//     node reference.mjs MODEL VECTORS.safetensors [TENSOR] [low high]
//
// Results of all operators are made outputs of the file, so that every layer is compared: `act.N`, or `act_q.N` where it is
// int8 (uint8 - 128). TENSOR, or an operator's number, is where the import ended; else before the softmax at the end. Inputs that are floats
// are drawn from low..high (-1..1).
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [model, target, end, low = '-1', high = '1'] = process.argv.slice(2);
const packages = join(process.cwd(), 'node_modules');
const require = createRequire(join(process.cwd(), 'x.js'));
const SAMPLES = 2;
let seed = 1;

/* xorshift: the same inputs everywhere */
function random() {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 2 ** 32;
}

/* N,...,C -> N,C,... */
function channelsFirst(values, shape) {
    const c = shape[shape.length - 1], n = values.length / c, out = new values.constructor(values.length);
    for (let i = 0; i < n; i++)
        for (let k = 0; k < c; k++)
            out[k * n + i] = values[i * c + k];
    return out;
}

/* ---- safetensors ---- */

function write(tensors) {
    const head = {}, parts = [];
    let at = 0;
    for (const [name, samples] of Object.entries(tensors)) {
        const type = samples[0] instanceof Int8Array ? 'I8' : 'F32';
        const bytes = samples.map(s => new Uint8Array(s.buffer, s.byteOffset, s.byteLength));
        const length = bytes.reduce((sum, b) => sum + b.length, 0);
        head[name] = { dtype: type, shape: samples[0].shape ?? [samples.length, samples[0].length], data_offsets: [at, at + length] };
        parts.push(...bytes);
        at += length;
    }
    let text = JSON.stringify(head);
    text += ' '.repeat(-text.length & 7);
    const size = new DataView(new ArrayBuffer(8));
    size.setBigUint64(0, BigInt(text.length), true);
    writeFileSync(target, Buffer.concat([new Uint8Array(size.buffer), Buffer.from(text), ...parts]));
}

function add(tensors, name, values, shape) {
    values.shape = shape && [SAMPLES, ...shape.slice(1)];
    (tensors[name] ??= []).push(values);
}

/* ---- TFLite: a flatbuffer ---- */

class Flat {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        this.root = this.u32(0);
    }
    u32(at) { return this.view.getUint32(at, true); }
    i32(at) { return this.view.getInt32(at, true); }
    /* Where field `i` of a table lies; 0: it is absent. */
    field(table, i) {
        const virtual = table - this.i32(table), size = this.view.getUint16(virtual, true);
        const offset = 4 + 2 * i < size ? this.view.getUint16(virtual + 4 + 2 * i, true) : 0;
        return offset && table + offset;
    }
    follow(at) { return at && at + this.u32(at); }
    table(table, i) { return this.follow(this.field(table, i)); }
    count(vector) { return vector && this.u32(vector); }
    element(vector, i) { return this.follow(vector + 4 + 4 * i); }
    ints(table, i) {
        const vector = this.table(table, i);
        return Array.from({ length: this.count(vector) }, (_, k) => this.i32(vector + 4 + 4 * k));
    }
    text(table, i) {
        const at = this.table(table, i);
        return at ? Buffer.from(this.bytes.subarray(at + 4, at + 4 + this.u32(at))).toString() : '';
    }
    byte(table, i) {
        const at = this.field(table, i);
        return at ? this.view.getInt8(at) : 0;
    }
}

const SOFTMAX = 25, LOG_SOFTMAX = 50;

function readLite(bytes) {
    const f = new Flat(bytes), graph = f.element(f.table(f.root, 2), 0), codes = f.table(f.root, 1);
    const tensorTables = f.table(graph, 0), operatorTables = f.table(graph, 3);
    const tensors = Array.from({ length: f.count(tensorTables) }, (_, i) => {
        const t = f.element(tensorTables, i), q = f.table(t, 4), scale = q && f.table(q, 2), zero = q && f.table(q, 3);
        const axis = q && f.field(q, 6);
        if (axis && f.ints(t, 0).length === 1) /* of a bias; TFLite refuses what it does not read */
            f.view.setInt32(axis, 0, true);
        return { name: f.text(t, 3), shape: f.ints(t, 0), type: f.byte(t, 1),
                 scale: scale && f.count(scale) ? f.view.getFloat32(scale + 4, true) : 0,
                 zero: zero && f.count(zero) ? Number(f.view.getBigInt64(zero + 4, true)) : 0 };
    });
    const operators = Array.from({ length: f.count(operatorTables) }, (_, i) => {
        const o = f.element(operatorTables, i), at = f.field(o, 0), c = f.element(codes, at ? f.u32(at) : 0), code = f.field(c, 3);
        return { code: Math.max(f.byte(c, 0), code ? f.i32(code) : 0), in: f.ints(o, 1), out: f.ints(o, 2) };
    });
    return { f, graph, tensors, operators, inputs: f.ints(graph, 1), outputs: f.ints(graph, 2) };
}

/* A flatbuffer in front of another one, to which it points. */
class Front {
    constructor(size) {
        this.view = new DataView(new ArrayBuffer(size));
        this.at = 8;
    }
    bytes() { return new Uint8Array(this.view.buffer); }
    point(from, to) { this.view.setUint32(from, to - from, true); }
    vector(count) {
        const start = this.at;
        this.view.setUint32(start, count, true);
        this.at += 4 + 4 * count;
        return start;
    }
    ints(values) {
        const start = this.vector(values.length);
        values.forEach((v, i) => this.view.setInt32(start + 4 + 4 * i, v, true));
        return start;
    }
    /* Some of `count` fields, of 4 bytes; the place of field i is table + 4 + 4 * i. */
    table(count, present) {
        const virtual = this.at, table = virtual + (4 + 2 * count + 3 & ~3);
        this.view.setUint16(virtual, 4 + 2 * count, true);
        this.view.setUint16(virtual + 2, 4 + 4 * count, true);
        for (const i of present)
            this.view.setUint16(virtual + 4 + 2 * i, 4 + 4 * i, true);
        this.view.setInt32(table, table - virtual, true);
        this.at = table + 4 + 4 * count;
        return table;
    }
}

/* The file with other outputs. An operator more, WHERE, whose result has no size beforehand, keeps TFLite from handing the
 * network to XNNPACK, which rounds integers otherwise; of both, the operator's result is the last output. */
function withOutputs(lite, list, whole) {
    const { f } = lite, WHERE = 109, INT64 = 4;
    const shift = 8192 + 16 * (lite.tensors.length + lite.operators.length + list.length) & ~63;
    const front = new Front(shift), old = at => at + shift;
    const elements = vector => Array.from({ length: f.count(vector) }, (_, i) => old(f.element(vector, i)));
    const codes = f.table(f.root, 1), graph = lite.graph;
    /* Written from the whole to its parts: pointers lead forward. */
    const model = front.table(5, [0, 1, 2, 4]), graphs = front.vector(1), subgraph = front.table(4, [0, 1, 2, 3]);
    front.point(0, model);
    front.view.setUint32(4, 0x334c4654, true); /* TFL3 */
    front.view.setUint32(model + 4, 3, true);
    front.point(graphs + 4, subgraph);
    front.point(model + 4 + 4 * 2, graphs);
    front.point(model + 4 + 4 * 4, old(f.table(f.root, 4)));
    const lists = [[model + 8, codes], [subgraph + 4, f.table(graph, 0)], [subgraph + 16, f.table(graph, 3)]].map(([from, was]) => {
        const values = elements(was), vector = front.vector(values.length + !(whole && from === subgraph + 16));
        front.point(from, vector);
        values.forEach((v, i) => front.point(vector + 4 + 4 * i, v));
        return vector + 4 + 4 * values.length;
    });
    const added = [front.table(4, [0, 2, 3]), front.table(3, [0, 1, 2]), front.table(3, [0, 1, 2])], [code, tensor, operator] = added;
    added.slice(0, whole ? 2 : 3).forEach((table, i) => front.point(lists[i], table));
    front.view.setInt32(code + 4, WHERE, true); /* of one byte */
    front.view.setInt32(code + 12, 1, true);
    front.view.setInt32(code + 16, WHERE, true);
    front.view.setInt32(tensor + 8, INT64, true);
    front.view.setInt32(operator + 4, f.count(codes), true);
    for (const [from, values] of [[tensor + 4, []], [operator + 8, [lite.inputs[0]]], [operator + 12, [lite.tensors.length]],
                                  [subgraph + 8, lite.inputs], [subgraph + 12, whole ? list : [...list, lite.tensors.length]]])
        front.point(from, front.ints(values));
    return Buffer.concat([front.bytes(), f.bytes]);
}

function endOfLite(lite) {
    const named = lite.tensors.findIndex(t => t.name === end);
    const numbered = lite.operators[end]?.out[0];
    let last = end === undefined || end === '' ? lite.outputs[0] : named >= 0 ? named : numbered;
    for (let o; (o = lite.operators.find(o => o.out.includes(last) && (o.code === SOFTMAX || o.code === LOG_SOFTMAX || o.code === 6 || o.code === 114)));)
        if (o.code === SOFTMAX || o.code === LOG_SOFTMAX || lite.tensors[o.in[0]].type === 9) last = o.in[0];
        else break;
    return last;
}

async function runLite() {
    const folder = join(packages, '@tensorflow/tfjs-tflite/wasm/'), name = 'tflite_web_api_cc_simd';
    const lite = readLite(new Uint8Array(readFileSync(model))), last = endOfLite(lite), tensors = {};
    const made = lite.operators.map((o, i) => ({ tensor: o.out[0], index: i }));
    const list = [...new Set(made.map(m => m.tensor))].filter(t => [0, 3, 9].includes(lite.tensors[t].type));
    const w = await require(join(folder, name + '.js'))({ wasmBinary: readFileSync(join(folder, name + '.wasm')), print() {}, printErr() {} });
    const open = whole => {
        const file = withOutputs(lite, list, whole), at = w._malloc(file.length);
        w.HEAPU8.set(file, at);
        const options = { numThreads: 1, enableWebNNDelegate: false, enableProfiling: false, maxProfilingBufferEntries: 1 };
        const runner = w.TFLiteWebModelRunner.CreateFromBufferAndOptions(at, file.length, options);
        if (!runner.ok())
            throw new Error(runner.errorMessage());
        return runner.value();
    };
    const run = open(false), other = open(true), input = lite.tensors[lite.inputs[0]];
    let apart = 0;
    for (let n = 0; n < SAMPLES; n++) {
        const x = run.GetInputs().get(0).data(), real = new Float32Array(x.length);
        for (let i = 0; i < x.length; i++) {
            x[i] = input.type === 0 ? Number(low) + (high - low) * random() : Math.floor(256 * random()) - (input.type === 9 ? 128 : 0);
            real[i] = input.scale ? (x[i] - input.zero) * input.scale : x[i];
        }
        const shape = input.shape;
        add(tensors, 'input', channelsFirst(real, shape), [1, shape[shape.length - 1], ...shape.slice(1, -1)]);
        other.GetInputs().get(0).data().set(x);
        if (!run.Infer() || !other.Infer())
            throw new Error('it cannot be run');
        const results = run.GetOutputs(), others = other.GetOutputs();
        for (const { tensor, index } of made) {
            const i = list.indexOf(tensor), t = lite.tensors[tensor];
            if (i < 0)
                continue;
            const raw = results.get(i).data(), theirs = others.get(i).data();
            for (let k = 0; t.type !== 0 && k < raw.length; k++)
                apart = Math.max(apart, Math.abs(raw[k] - theirs[k]));
            const dequantised = Float32Array.from(raw, v => t.scale ? (v - t.zero) * t.scale : v);
            add(tensors, `act.${index}`, channelsFirst(dequantised, t.shape), null);
            if (t.type !== 0)
                add(tensors, `act_q.${index}`, channelsFirst(Int8Array.from(raw, v => v - (t.type === 3 ? 128 : 0)), t.shape), null);
            if (tensor === last)
                add(tensors, 'output', channelsFirst(dequantised, t.shape), null);
        }
    }
    write(tensors);
    console.log(apart);
}

/* ---- ONNX: protocol buffers, in which a message that comes twice is one ---- */

function varint(v) {
    const out = [];
    for (; v > 127; v = Math.floor(v / 128))
        out.push(v % 128 + 128);
    return [...out, v];
}

function message(number, bytes) {
    return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}

function* fields(bytes) {
    for (let at = 0; at < bytes.length;) {
        const number = () => {
            let v = 0, unit = 1, b;
            do {
                b = bytes[at++];
                v += (b & 127) * unit;
                unit *= 128;
            } while (b > 127);
            return v;
        };
        const key = number(), wire = key & 7;
        const length = wire === 2 ? number() : wire === 5 ? 4 : wire === 1 ? 8 : 0;
        const value = wire === 0 ? number() : bytes.subarray(at, at += length);
        yield [Math.floor(key / 8), value];
    }
}

function readOnnx(bytes) {
    const text = b => Buffer.from(b).toString(), nodes = [], outputs = [];
    for (const [number, graph] of fields(bytes)) {
        if (number !== 7)
            continue;
        for (const [part, value] of fields(graph)) {
            const all = part === 1 || part === 12 ? [...fields(value)] : [];
            const of = k => all.filter(([n]) => n === k).map(([, v]) => text(v));
            if (part === 1)
                nodes.push({ in: of(1), out: of(2), name: of(3)[0], type: of(4)[0] });
            else if (part === 12)
                outputs.push(of(1)[0]);
        }
    }
    return { nodes, outputs };
}

async function runOnnx() {
    const ort = require(join(packages, 'onnxruntime-web/dist/ort.node.min.js')), bytes = readFileSync(model);
    const onnx = readOnnx(bytes), tensors = {}, known = new Set(onnx.outputs);
    const named = onnx.nodes.find(n => n.name === end) ?? onnx.nodes[end];
    let last = end === undefined || end === '' ? onnx.outputs[0] : named ? named.out[0] : end;
    for (let n; (n = onnx.nodes.find(n => n.out.includes(last) && /Softmax$|^DequantizeLinear$/.test(n.type)));)
        last = n.in[0];
    const more = [...new Set(onnx.nodes.flatMap(n => n.out.slice(0, 1)))].filter(n => !known.has(n));
    const tail = more.flatMap(n => message(12, message(1, Buffer.from(n))));
    const file = Buffer.concat([bytes, Buffer.from(message(7, tail))]);
    const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
    const name = session.inputNames[0], shape = session.inputMetadata?.[0]?.shape?.map(d => typeof d === 'number' && d > 0 ? d : 1);
    for (let n = 0; n < SAMPLES; n++) {
        const x = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Number(low) + (high - low) * random());
        add(tensors, 'input', x, shape);
        const results = await session.run({ [name]: new ort.Tensor('float32', x, shape) });
        onnx.nodes.forEach((node, index) => {
            const t = results[node.out[0]];
            if (t?.type === 'float32')
                add(tensors, `act.${index}`, Float32Array.from(t.data), null);
            const from = node.type === 'QuantizeLinear' ? onnx.nodes.findIndex(p => p.out.includes(node.in[0])) : index;
            if ((t?.type === 'int8' || t?.type === 'uint8') && from >= 0)
                add(tensors, `act_q.${from}`, Int8Array.from(t.data, v => v - (t.type === 'uint8' ? 128 : 0)), null);
            if (node.out[0] === last && t?.type === 'float32')
                add(tensors, 'output', Float32Array.from(t.data), null);
        });
    }
    for (const key of Object.keys(tensors))
        if (tensors[key].length !== SAMPLES)
            delete tensors[key];
    write(tensors);
}

await (model.endsWith('.tflite') ? runLite() : runOnnx());

import { z } from "zod";
import { messageOf, SpoorError } from "../../errors.ts";
import { averagePathLength } from "../average-path-length.ts";
import { type IsolationForest, isolationForestOptions } from "../isolation-forest.ts";
import { type IsolationForestFile, isolationForestFromFile } from "../isolation-forest-file.ts";
import { packFloat64 } from "../packed-array.ts";
import type { Trees } from "../trees.ts";
import { treesToFile } from "../trees-file.ts";
import { fieldsOf, floatsOf, intsOf, MessageWriter } from "./protobuf.ts";

// Field numbers of onnx.proto3 (ONNX, IR version 8).
const attributeType = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;
const floatElements = 1;

/** What a reader of the file should know beside the graph: written as metadata properties. */
export interface OnnxDescription {
  readonly name: string;
  /** In the order of the columns. */
  readonly features: readonly { readonly name: string; readonly unit: string }[];
  readonly version: string;
}

/**
 * The forest as an ONNX model (operators of ai.onnx 17 and ai.onnx.ml 3): input "features" (rows × columns, 32-bit floats, NaN where
 * a value is missing), outputs "score_samples" and "decision_function" (rows × 1) with scikit-learn's meaning. Any ONNX runtime gives
 * the scores of `scoreSamples` to 1e-5 (32-bit floats against 64). The same forest gives the same bytes.
 */
export function isolationForestToOnnx(forest: IsolationForest, description: OnnxDescription): Buffer {
  const perHalving = averagePathLength(forest.sampleSize);
  // One training row: every score is a half, which 2^(-0 / 1 - 1) is too.
  const usual = perHalving === 0 ? 1 : perHalving;
  const graph = new MessageWriter()
    .message(1, imputer(forest))
    .message(1, treeEnsemble(forest))
    .message(1, node("Div", ["path_length", "usual_length"], "relative_length"))
    .message(1, node("Neg", ["relative_length"], "exponent"))
    .message(1, node(perHalving === 0 ? "Sub" : "Add", ["exponent", "shift"], "power"))
    .message(1, node("Pow", ["two", "power"], "anomaly"))
    .message(1, node("Neg", ["anomaly"], "score_samples"))
    .message(1, node("Sub", ["score_samples", "offset"], "decision_function"))
    .text(2, description.name)
    .message(5, constant("usual_length", usual))
    .message(5, constant("shift", perHalving === 0 ? 1 : 0))
    .message(5, constant("two", 2))
    .message(5, constant("offset", forest.offset))
    .message(11, matrixOf("features", forest.columns))
    .message(12, matrixOf("score_samples", 1))
    .message(12, matrixOf("decision_function", 1));
  const model = new MessageWriter()
    .int(1, 8)
    .text(2, "spoor")
    .text(3, description.version)
    .message(7, graph)
    .message(8, new MessageWriter().text(1, "").int(2, 17))
    .message(8, new MessageWriter().text(1, "ai.onnx.ml").int(2, 3))
    .message(14, property("spoor.forest", JSON.stringify(settingsOf(forest))))
    .message(14, property("spoor.features", JSON.stringify(description.features)));
  return model.finish();
}

const forestSettings = z.strictObject({
  options: isolationForestOptions,
  sampleSize: z.int().positive(),
  offset: z.number(),
  medians: z.array(z.number()),
});

function settingsOf({ options, sampleSize, offset, medians }: IsolationForest): z.infer<typeof forestSettings> {
  return { options, sampleSize, offset, medians: Array.from(medians) };
}

function property(key: string, value: string): MessageWriter {
  return new MessageWriter().text(1, key).text(2, value);
}

function node(operator: string, inputs: readonly string[], output: string, domain = ""): MessageWriter {
  const message = new MessageWriter();
  for (const input of inputs) message.text(1, input);
  message.text(2, output).text(3, output).text(4, operator);
  return domain === "" ? message : message.text(7, domain);
}

function imputer(forest: IsolationForest): MessageWriter {
  return node("Imputer", ["features"], "complete", "ai.onnx.ml")
    .message(5, floats("imputed_value_floats", Float32Array.from(forest.medians)))
    .message(5, new MessageWriter().text(1, "replaced_value_float").float(2, Number.NaN).int(20, attributeType.float));
}

function treeEnsemble({ trees, pathLengths }: IsolationForest): MessageWriter {
  const places = placesOf(trees);
  const leaves = places.filter(({ isLeaf }) => isLeaf);
  return node("TreeEnsembleRegressor", ["complete"], "path_length", "ai.onnx.ml")
    .message(5, text("aggregate_function", "AVERAGE"))
    .message(5, new MessageWriter().text(1, "n_targets").int(3, 1).int(20, attributeType.int))
    .message(
      5,
      ints(
        "nodes_treeids",
        places.map(({ tree }) => tree),
      ),
    )
    .message(
      5,
      ints(
        "nodes_nodeids",
        places.map(({ id }) => id),
      ),
    )
    .message(
      5,
      ints(
        "nodes_featureids",
        places.map(({ index }) => Math.max(0, trees.feature[index] ?? 0)),
      ),
    )
    .message(
      5,
      texts(
        "nodes_modes",
        places.map(({ isLeaf }) => (isLeaf ? "LEAF" : "BRANCH_LEQ")),
      ),
    )
    .message(5, floats("nodes_values", trees.threshold))
    .message(
      5,
      ints(
        "nodes_truenodeids",
        places.map(({ isLeaf, child }) => (isLeaf ? 0 : child)),
      ),
    )
    .message(
      5,
      ints(
        "nodes_falsenodeids",
        places.map(({ isLeaf, child }) => (isLeaf ? 0 : child + 1)),
      ),
    )
    .message(5, floats("nodes_hitrates", Float32Array.from(trees.rows)))
    .message(
      5,
      ints(
        "target_treeids",
        leaves.map(({ tree }) => tree),
      ),
    )
    .message(
      5,
      ints(
        "target_nodeids",
        leaves.map(({ id }) => id),
      ),
    )
    .message(
      5,
      ints(
        "target_ids",
        leaves.map(() => 0),
      ),
    )
    .message(
      5,
      floats(
        "target_weights",
        Float32Array.from(leaves, ({ index }) => pathLengths[index] ?? 0),
      ),
    );
}

interface Place {
  readonly index: number;
  readonly tree: number;
  /** Within its tree. */
  readonly id: number;
  readonly child: number;
  readonly isLeaf: boolean;
}

function placesOf({ offsets, feature, left }: Trees): Place[] {
  const places: Place[] = [];
  for (let tree = 0; tree + 1 < offsets.length; tree++) {
    const start = offsets[tree] ?? 0;
    for (let index = start; index < (offsets[tree + 1] ?? 0); index++)
      places.push({ index, tree, id: index - start, child: (left[index] ?? 0) - start, isLeaf: (feature[index] ?? -1) < 0 });
  }
  return places;
}

function ints(name: string, values: readonly number[]): MessageWriter {
  return new MessageWriter().text(1, name).ints(8, values).int(20, attributeType.ints);
}

function floats(name: string, values: Float32Array): MessageWriter {
  return new MessageWriter().text(1, name).floats(7, values).int(20, attributeType.floats);
}

function text(name: string, value: string): MessageWriter {
  return new MessageWriter().text(1, name).text(4, value).int(20, attributeType.string);
}

function texts(name: string, values: readonly string[]): MessageWriter {
  const message = new MessageWriter().text(1, name);
  for (const value of values) message.text(9, value);
  return message.int(20, attributeType.strings);
}

function constant(name: string, value: number): MessageWriter {
  return new MessageWriter().int(2, floatElements).floats(4, [value]).text(8, name);
}

function matrixOf(name: string, columns: number): MessageWriter {
  const shape = new MessageWriter()
    .message(1, new MessageWriter().text(2, "rows"))
    .message(1, new MessageWriter().int(1, columns));
  const tensor = new MessageWriter().int(1, floatElements).message(2, shape);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor));
}

const features = z.array(z.strictObject({ name: z.string(), unit: z.string() })).min(1);

/**
 * Reads back what isolationForestToOnnx wrote: the same forest with the same scores, to the last bit. SpoorError "bad-model" on other
 * ONNX models and on damaged ones. Nothing in the file is run.
 */
export function isolationForestFromOnnx(bytes: Uint8Array): {
  readonly forest: IsolationForest;
  readonly features: OnnxDescription["features"];
} {
  try {
    const model = fieldsOf(Buffer.from(bytes));
    const properties = new Map(messages(model, 14).map((fields) => [textOf(fields, 1), textOf(fields, 2)]));
    const settings = forestSettings.parse(JSON.parse(properties.get("spoor.forest") ?? "null"));
    const named = features.parse(JSON.parse(properties.get("spoor.features") ?? "null"));
    const [graph = []] = messages(model, 7);
    const ensemble = messages(graph, 1).find((fields) => textOf(fields, 4) === "TreeEnsembleRegressor");
    if (ensemble === undefined) throw new RangeError("it holds no trees");
    const file: IsolationForestFile = {
      algorithm: "isolation-forest",
      version: 1,
      options: settings.options,
      columns: named.length,
      sampleSize: settings.sampleSize,
      offset: settings.offset,
      medians: packFloat64(Float64Array.from(settings.medians)),
      trees: treesToFile(treesOf(messages(ensemble, 5))),
    };
    return { forest: isolationForestFromFile(file), features: named };
  } catch (cause) {
    if (cause instanceof SpoorError) throw cause;
    throw new SpoorError("bad-model", `the file is not an ONNX model that Spoor wrote: ${messageOf(cause)}`, { cause });
  }
}

type Fields = ReturnType<typeof fieldsOf>;

function messages(fields: Fields, number: number): Fields[] {
  return fields.flatMap(({ field, value }) => (field === number && typeof value !== "number" ? [fieldsOf(value)] : []));
}

function bytesOf(fields: Fields, number: number): Buffer {
  const found = fields.find(({ field }) => field === number)?.value;
  return typeof found === "number" || found === undefined ? Buffer.alloc(0) : found;
}

function textOf(fields: Fields, number: number): string {
  return bytesOf(fields, number).toString("utf8");
}

function treesOf(attributes: readonly Fields[]): Trees {
  const named = new Map(attributes.map((fields) => [textOf(fields, 1), fields]));
  const whole = (name: string) => intsOf(bytesOf(named.get(name) ?? [], 8));
  const real = (name: string) => floatsOf(bytesOf(named.get(name) ?? [], 7));
  const treeOf = whole("nodes_treeids");
  const modes = (named.get("nodes_modes") ?? []).flatMap(({ field, value }) => (field === 9 ? [String(value)] : []));
  const columns = whole("nodes_featureids");
  const children = whole("nodes_truenodeids");
  const starts = treeOf.flatMap((tree, index) => (index === 0 || tree !== treeOf[index - 1] ? [index] : []));
  const isLeaf = (index: number) => modes[index] !== "BRANCH_LEQ";
  return {
    offsets: Int32Array.from([...starts, treeOf.length]),
    feature: Int32Array.from(treeOf, (_, index) => (isLeaf(index) ? -1 : (columns[index] ?? -1))),
    threshold: real("nodes_values"),
    left: Int32Array.from(treeOf, (tree, index) => (isLeaf(index) ? index : (starts[tree] ?? 0) + (children[index] ?? 0))),
    rows: Int32Array.from(real("nodes_hitrates")),
  };
}

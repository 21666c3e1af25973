import type { Matrix } from "./matrix.ts";

const leafSize = 24;

/**
 * Points sorted into boxes for neighbourhood questions (Bentley 1975). Node n holds the places from[n] to to[n] - 1 of `order`,
 * its children follow at child[n] and child[n] + 1 (0 in a leaf), and its bounds are the smallest box around its points.
 */
export interface KdTree {
  readonly columns: number;
  /** The rows, box by box; `points` holds their values in that order. */
  readonly order: Uint32Array;
  readonly points: Float64Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly child: Uint32Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The tree over all rows of a matrix of finite numbers. */
export function kdTree(matrix: Matrix): KdTree {
  const { rows, columns, values } = matrix;
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const capacity = Math.max(1, 2 * Math.ceil((2 * rows) / leafSize) + 1);
  const from = new Uint32Array(capacity);
  const to = new Uint32Array(capacity);
  const child = new Uint32Array(capacity);
  const lower = new Float64Array(capacity * columns);
  const upper = new Float64Array(capacity * columns);
  to[0] = rows;
  let next = 1;
  for (let node = 0; node < next; node++) {
    const first = from[node] ?? 0;
    const end = to[node] ?? 0;
    const widest = measure(matrix, order.subarray(first, end), lower.subarray(node * columns), upper.subarray(node * columns));
    if (end - first <= leafSize || widest === null) continue;
    const middle = first + ((end - first) >> 1);
    selectRow(order, first, end - 1, middle, (row) => values[row * columns + widest] ?? 0);
    child[node] = next;
    from[next] = first;
    to[next] = middle;
    from[next + 1] = middle;
    to[next + 1] = end;
    next += 2;
  }
  const points = new Float64Array(rows * columns);
  order.forEach((row, place) => {
    points.set(values.subarray(row * columns, (row + 1) * columns), place * columns);
  });
  return { columns, order, points, from, to, child, lower, upper };
}

/** Writes the bounds of some rows; gives the column in which they spread most, null when they are all equal. */
function measure(matrix: Matrix, rows: Uint32Array, lower: Float64Array, upper: Float64Array): number | null {
  let widest: number | null = null;
  let width = 0;
  for (let column = 0; column < matrix.columns; column++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const row of rows) {
      const value = matrix.values[row * matrix.columns + column] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    lower[column] = low;
    upper[column] = high;
    if (high - low > width) {
      width = high - low;
      widest = column;
    }
  }
  return widest;
}

/** Hoare's selection on an order of rows: what stands before `rank` is not larger, what stands behind not smaller. */
function selectRow(order: Uint32Array, first: number, last: number, rank: number, keyOf: (row: number) => number): void {
  let low = first;
  let high = last;
  while (low < high) {
    const pivot = keyOf(order[(low + high) >> 1] ?? 0);
    let left = low;
    let right = high;
    while (left <= right) {
      while (keyOf(order[left] ?? 0) < pivot) left++;
      while (keyOf(order[right] ?? 0) > pivot) right--;
      if (left > right) break;
      const held = order[left] ?? 0;
      order[left++] = order[right] ?? 0;
      order[right--] = held;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}

/**
 * Writes the places (in `order`) of the points within `radius` of the point at values[base] into `found`, and gives how many there
 * are; stops at `enough`. The point itself counts when it is in the tree.
 */
export function placesWithin(
  tree: KdTree,
  values: Float64Array,
  base: number,
  radius: number,
  found: Uint32Array,
  enough: number,
): number {
  const { columns, points } = tree;
  const limit = radius * radius;
  const stack = [0];
  let count = 0;
  for (let node = stack.pop(); node !== undefined && count < enough; node = stack.pop()) {
    if (squaredDistanceToBox(tree, node, values, base) > limit) continue;
    const child = tree.child[node] ?? 0;
    if (child !== 0) {
      stack.push(child + 1, child);
      continue;
    }
    const end = tree.to[node] ?? 0;
    for (let place = tree.from[node] ?? 0; place < end && count < enough; place++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        const difference = (points[place * columns + column] ?? 0) - (values[base + column] ?? 0);
        sum += difference * difference;
      }
      if (sum <= limit) found[count++] = place;
    }
  }
  return count;
}

function squaredDistanceToBox(tree: KdTree, node: number, values: Float64Array, base: number): number {
  let sum = 0;
  const start = node * tree.columns;
  for (let column = 0; column < tree.columns; column++) {
    const value = values[base + column] ?? 0;
    const low = tree.lower[start + column] ?? 0;
    const high = tree.upper[start + column] ?? 0;
    const difference = value < low ? low - value : value > high ? value - high : 0;
    sum += difference * difference;
  }
  return sum;
}

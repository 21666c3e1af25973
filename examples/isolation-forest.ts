// Finds the odd ones among rows of numbers: npx tsx examples/isolation-forest.ts
import { explainIsolation, isolationForest, matrixFromRows, scoreSamples, standardize, standardScaler } from "spoor/ml";

// Sign-ins, countries and failures of a person in a week; the last row is unlike the others.
const features = ["sign-ins", "countries", "failures"];
const people = Array.from({ length: 60 }, (_, person) => [20 + (person % 7), 1, person % 3]);
const rows = [...people, [22, 5, 40]];

// Each column at mean 0 and variance 1, as the forest of scikit-learn is usually given them.
const raw = matrixFromRows(rows);
const matrix = standardize(standardScaler(raw), raw);
const forest = isolationForest(matrix, { trees: 100, seed: 42 });
const scores = scoreSamples(forest, matrix);

// As in scikit-learn: the lower, the stranger.
const strangest = scores.indexOf(Math.min(...scores));
const { contributions } = explainIsolation(forest, matrix, strangest);
console.log(`row ${strangest} of ${matrix.rows}, score ${scores[strangest]?.toFixed(3)}`);
features.forEach((feature, column) => console.log(`  ${feature} ${rows[strangest]?.[column]}: ${contributions[column]?.toFixed(3)}`));

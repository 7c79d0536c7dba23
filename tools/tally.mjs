/** Prints how many tests passed and how many failed, from vitest's JSON report and its exit status. */

import { existsSync, readFileSync } from 'node:fs';

const [path, status] = process.argv.slice(2);
const { passed, failed } = existsSync(path)
  ? count(JSON.parse(readFileSync(path, 'utf8')))
  : none();

// What fails without failing a test: an unhandled rejection, or a report that was never written.
console.log(passed, failed === 0 && status !== '0' ? 1 : failed);

function count({ numPassedTests, numFailedTests, testResults }) {
  const broken = testResults.filter(isBrokenFile);
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}

/** A file that could not be loaded, or that left something open: it failed, and none of its tests did. */
function isBrokenFile({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}

function none() {
  return { passed: 0, failed: 0 };
}

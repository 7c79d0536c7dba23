/** Requires the installed package from CommonJS, where Node can: no module of it may await at its top level. */

'use strict';

const assert = require('node:assert/strict');

if (process.features.require_module) {
  assert.equal(typeof require('gen-socket-client').GenSocketClient, 'function');
  assert.equal(typeof require('gen-socket-client/charts').socketMachine, 'object');
  assert.equal(typeof require('gen-socket-client/store').levelStore, 'function');
  assert.equal(typeof require('gen-socket-client/telemetry').logTo, 'function');
  assert.equal(typeof require('gen-socket-client/testing').PhoenixDouble, 'function');
}

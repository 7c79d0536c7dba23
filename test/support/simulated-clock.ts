/** The clock of the test kit, by the name that the tests of this package know it by. */

export { StillClock as SimulatedClock } from '../../src/testing/still-clock.js';

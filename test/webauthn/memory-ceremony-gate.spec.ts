import { MemoryCeremonyGate } from '../../src/infrastructure/webauthn/memory-ceremony-gate.js';
import { ceremonyGateContract } from '../contract/ceremony-gate.contract.js';

ceremonyGateContract('MemoryCeremonyGate', (clock) => {
  const gate = new MemoryCeremonyGate(clock);
  return Promise.resolve({ gates: [gate, gate], close: () => Promise.resolve() });
});

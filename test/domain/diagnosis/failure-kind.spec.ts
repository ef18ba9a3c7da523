import { describe, expect, it } from '@jest/globals';
import type { FailureKind, FailureReport } from '../../../src/domain/diagnosis/failure-kind.js';
import { kindOf } from '../../../src/domain/diagnosis/failure-kind.js';

const APPLE = 'com.apple.AuthenticationServices.AuthorizationError';
const GET = 'android.credentials.GetCredentialException.TYPE_';
const CREATE = 'android.credentials.CreateCredentialException.TYPE_';

describe('the kind of a failure', () => {
  it.each<[FailureReport, FailureKind]>([
    [
      { name: 'NotAllowedError', message: 'The operation either timed out or was not allowed.' },
      'not-allowed',
    ],
    [{ name: 'InvalidStateError' }, 'already-there'],
    [{ name: 'SecurityError' }, 'foreign-site'],
    [{ name: 'NotSupportedError' }, 'not-supported'],
    [{ name: 'ConstraintError' }, 'no-verification'],
    [{ name: 'AbortError' }, 'aborted'],
    [{ name: 'TimeoutError' }, 'timed-out'],
    [{ name: 'OperationError', message: 'A request is already pending.' }, 'busy'],
    [{ name: 'TypeError', message: 'Failed to fetch' }, 'service'],
    [{ name: 'TypeError', message: 'Load failed' }, 'service'],
    [{ name: 'TypeError', message: 'x is not a function' }, 'unknown'],
    [{ name: 'NetworkError' }, 'service'],
    [{ name: 'internal' }, 'service'],
    [{ name: 'try-again' }, 'service'],
    [{ name: APPLE, nativeCode: '1001' }, 'closed'],
    [{ name: APPLE, nativeCode: '1001', message: 'No credentials available for login.' }, 'no-credential'],
    [{ name: 'ASAuthorizationError', nativeCode: '1005' }, 'no-credential'],
    [{ name: 'ASAuthorizationError', nativeCode: '1006' }, 'already-there'],
    [{ name: 'ASAuthorizationError', nativeCode: '1010' }, 'not-configured'],
    [{ name: 'ASAuthorizationError', nativeCode: '1004' }, 'unknown'],
    [{ name: 'ASAuthorizationError', nativeCode: '1000' }, 'unknown'],
    [{ name: 'GetCredentialCancellationException' }, 'closed'],
    [{ name: 'Error', nativeCode: `${GET}USER_CANCELED` }, 'closed'],
    [{ name: 'androidx.credentials.exceptions.NoCredentialException' }, 'no-credential'],
    [{ name: 'Error', nativeCode: `${GET}NO_CREDENTIAL` }, 'no-credential'],
    [{ name: 'Error', nativeCode: `${GET}INTERRUPTED` }, 'interrupted'],
    [{ name: 'Error', nativeCode: `${CREATE}USER_CANCELED` }, 'closed'],
    [{ name: 'Error', nativeCode: `${CREATE}NO_CREATE_OPTIONS` }, 'no-provider'],
    [{ name: 'CreateCredentialNoCreateOptionException' }, 'no-provider'],
    [
      {
        name: 'Error',
        nativeCode: 'androidx.credentials.TYPE_CREATE_CREDENTIAL_PROVIDER_CONFIGURATION_EXCEPTION',
      },
      'no-provider',
    ],
    [
      { name: 'Error', nativeCode: 'androidx.credentials.TYPE_GET_CREDENTIAL_UNSUPPORTED_EXCEPTION' },
      'not-supported',
    ],
    [{ name: 'CreateCredentialUnsupportedException' }, 'not-supported'],
    [
      {
        name: 'CreatePublicKeyCredentialDomException',
        nativeCode:
          'androidx.credentials.TYPE_CREATE_PUBLIC_KEY_CREDENTIAL_DOM_EXCEPTION/androidx.credentials.TYPE_INVALID_STATE_ERROR',
      },
      'already-there',
    ],
    [
      {
        name: 'GetPublicKeyCredentialDomException',
        nativeCode:
          'androidx.credentials.TYPE_GET_PUBLIC_KEY_CREDENTIAL_DOM_EXCEPTION/androidx.credentials.TYPE_CONSTRAINT_ERROR',
      },
      'no-verification',
    ],
    [{ name: 'Error', nativeCode: `${GET}UNKNOWN` }, 'unknown'],
    [{ name: 'CtapError', nativeCode: 'CTAP2_ERR_PIN_NOT_SET' }, 'pin-not-set'],
    [{ name: 'CtapError', nativeCode: '0x35' }, 'pin-not-set'],
    [{ name: 'CtapError', nativeCode: '53' }, 'pin-not-set'],
    [{ name: 'FIDO_ERR_PIN_AUTH_BLOCKED' }, 'pin-blocked'],
    [{ name: 'CtapError', nativeCode: '0x2e' }, 'no-credential'],
    [{ name: 'CtapError', nativeCode: '0x28' }, 'key-full'],
    [{ name: 'CtapError', nativeCode: '0x7f' }, 'unknown'],
    [{ name: 'constructor', nativeCode: 'constructor' }, 'unknown'],
    [{ name: 'ctap', nativeCode: '__proto__' }, 'unknown'],
    [{ name: '' }, 'unknown'],
  ])('of %j is %s', (report, kind) => {
    expect(kindOf(report)).toBe(kind);
  });
});

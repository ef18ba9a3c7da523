import { AskLivenessHandler } from './commands/ask-liveness.js';
import { AttestSecurityCheckHandler } from './commands/attest-security-check.js';
import { CollectSignInHandler } from './commands/collect-sign-in.js';
import { ConfirmFactorHandler } from './commands/confirm-factor.js';
import { DecideSignInApprovalHandler } from './commands/decide-sign-in-approval.js';
import { EraseAccountHandler } from './commands/erase-account.js';
import { ExpireResetHandler } from './commands/expire-reset.js';
import { PutAccountHandler } from './commands/put-account.js';
import { RecoverSignInHandler } from './commands/recover-sign-in.js';
import { RedeemTokenHandler } from './commands/redeem-token.js';
import { RegisterPasskeyHandler } from './commands/register-passkey.js';
import { RemoveDeviceHandler } from './commands/remove-device.js';
import { ReinstateFactorHandler } from './commands/reinstate-factor.js';
import { RemovePasskeyHandler } from './commands/remove-passkey.js';
import { RequestResetHandler } from './commands/request-reset.js';
import { RenamePasskeyHandler } from './commands/rename-passkey.js';
import { StartFallbackHandler } from './commands/start-fallback.js';
import { StartRegistrationHandler } from './commands/start-registration.js';
import { StartSecurityCheckHandler } from './commands/start-security-check.js';
import { StartSignInHandler } from './commands/start-sign-in.js';
import { StartStepUpHandler } from './commands/start-step-up.js';
import { StopResetHandler } from './commands/stop-reset.js';
import { UnlockAccountHandler } from './commands/unlock-account.js';
import { VerifyFallbackHandler } from './commands/verify-fallback.js';
import { VerifySecurityCheckHandler } from './commands/verify-security-check.js';
import { VerifySignInHandler } from './commands/verify-sign-in.js';
import { VerifyStepUpHandler } from './commands/verify-step-up.js';
import { WithdrawProposalHandler } from './commands/withdraw-proposal.js';
import { AnnounceToBackend } from './jobs/announce-to-backend.js';
import { CountFallbackFailure } from './jobs/count-fallback-failure.js';
import { DeliverNotice } from './jobs/deliver-notice.js';
import { DeliverWebhook } from './jobs/deliver-webhook.js';
import { AskLivenessJob, ExpireResetJob, HeedLivenessJob } from './jobs/reset-jobs.js';
import { ExpireProposal } from './jobs/expire-proposal.js';
import { ExpireSignInApprovalJob } from './jobs/expire-sign-in-approval.js';
import { FinishErasure } from './jobs/finish-erasure.js';
import type { JobHandler } from './jobs/job-handler.js';
import { DeliverSecurityEvent, TellSecurityEvents } from './jobs/security-event-jobs.js';
import { TellAccountHolder } from './jobs/tell-account-holder.js';
import { AccountHistoryHandler } from './queries/account-history.js';
import { CheckDeviceHandler } from './queries/check-device.js';
import { ComplianceReportHandler } from './queries/compliance-report.js';
import { DiagnoseFailureHandler } from './queries/diagnose-failure.js';
import { DiagnoseSituationHandler } from './queries/diagnose-situation.js';
import { ExportHistoryHandler } from './queries/export-history.js';
import { GetAccountHandler } from './queries/get-account.js';
import { GetResetHandler } from './queries/get-reset.js';
import { IntrospectTokenHandler } from './queries/introspect-token.js';
import { ListDevicesHandler } from './queries/list-devices.js';
import { ListFactorsHandler } from './queries/list-factors.js';
import { ListPasskeysHandler } from './queries/list-passkeys.js';
import { ListSignInApprovalsHandler } from './queries/list-sign-in-approvals.js';
import {
  GetCheckpointHandler,
  GetLogKeyHandler,
  ProveConsistencyHandler,
  ProveInclusionHandler,
} from './queries/prove-history.js';
import { SearchHistoryHandler } from './queries/search-history.js';

export const COMMAND_HANDLERS = [
  PutAccountHandler,
  ConfirmFactorHandler,
  UnlockAccountHandler,
  WithdrawProposalHandler,
  ReinstateFactorHandler,
  StartSecurityCheckHandler,
  VerifySecurityCheckHandler,
  AttestSecurityCheckHandler,
  StartRegistrationHandler,
  RegisterPasskeyHandler,
  RenamePasskeyHandler,
  RemovePasskeyHandler,
  StartSignInHandler,
  VerifySignInHandler,
  StartFallbackHandler,
  VerifyFallbackHandler,
  DecideSignInApprovalHandler,
  CollectSignInHandler,
  RecoverSignInHandler,
  RemoveDeviceHandler,
  StartStepUpHandler,
  VerifyStepUpHandler,
  RedeemTokenHandler,
  RequestResetHandler,
  StopResetHandler,
  AskLivenessHandler,
  ExpireResetHandler,
  EraseAccountHandler,
];

export const QUERY_HANDLERS = [
  GetAccountHandler,
  ListFactorsHandler,
  ListPasskeysHandler,
  ListDevicesHandler,
  ListSignInApprovalsHandler,
  AccountHistoryHandler,
  CheckDeviceHandler,
  DiagnoseFailureHandler,
  DiagnoseSituationHandler,
  IntrospectTokenHandler,
  GetResetHandler,
  SearchHistoryHandler,
  ExportHistoryHandler,
  GetCheckpointHandler,
  GetLogKeyHandler,
  ProveInclusionHandler,
  ProveConsistencyHandler,
  ComplianceReportHandler,
];

/** Each does the jobs of one kind: classes that implement `JobHandler`. */
export const JOB_HANDLERS: readonly (new (...ports: never[]) => JobHandler)[] = [
  TellAccountHolder,
  DeliverNotice,
  AnnounceToBackend,
  DeliverWebhook,
  TellSecurityEvents,
  DeliverSecurityEvent,
  ExpireResetJob,
  AskLivenessJob,
  HeedLivenessJob,
  ExpireSignInApprovalJob,
  ExpireProposal,
  CountFallbackFailure,
  FinishErasure,
];

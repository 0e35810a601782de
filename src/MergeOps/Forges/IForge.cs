namespace MergeOps.Forges;

/// <summary>
/// One repository on a forge: all that the journeys of pull requests ask and change there. A forge implements each of these; a
/// journey names those that it needs. All calls throw a <see cref="Diagnostics.MergeOpsException"/> of the kind
/// <see cref="Diagnostics.FailureKind.Environment"/> when the forge does not answer or refuses (MOPS810 to MOPS815); those about the
/// repository, unlike those about whoever asks or a team, also when the environment names none. What is the same when it is done twice is tried again before that.
/// </summary>
internal interface IForge : IRemoteRepository, IGitRemote, IMembers, IPullRequests, IComments, ICommitStatuses, IIssues, IProposals, ICodeScanning, IWorkflows;

namespace MergeOps.Diagnostics;

/// <summary>Who can fix a failure; each kind is one exit code of the command line.</summary>
public enum FailureKind
{
    /// <summary>The recipe, the lock or an input is wrong: exit code 1.</summary>
    Input = 1,

    /// <summary>The network, the disk, permissions, the device or the natives failed: exit code 3.</summary>
    Environment = 3,

    /// <summary>A decision is negative: a gate is not met, something drifted, a plan differs: exit code 4.</summary>
    Decision = 4,
}

namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS801.</summary>
    public static DiagnosticCode UsageMistake { get; } = new("MOPS801", "Invalid command line");

    /// <summary>MOPS802.</summary>
    public static DiagnosticCode OutputUnwritable { get; } = new("MOPS802", "The output cannot be written", FailureKind.Environment);

    /// <summary>MOPS803: a refusal of the operating system that no stage explains better.</summary>
    public static DiagnosticCode SystemRefused { get; } = new("MOPS803", "The operating system refused an operation", FailureKind.Environment);

    /// <summary>MOPS804.</summary>
    public static DiagnosticCode NoRecipeFound { get; } = new("MOPS804", "No recipe found");

    /// <summary>MOPS805.</summary>
    public static DiagnosticCode HomeUnwritable { get; } = new("MOPS805", "The MergeOps folder is not writable", FailureKind.Environment);

    /// <summary>MOPS806.</summary>
    public static DiagnosticCode NoEarlierPlan { get; } = new("MOPS806", "No earlier plan to compare with");

    /// <summary>MOPS807.</summary>
    public static DiagnosticCode TargetNotAvailable { get; } = new("MOPS807", "Unsupported publishing target");

    /// <summary>MOPS808.</summary>
    public static DiagnosticCode NoPublishTarget { get; } = new("MOPS808", "No publishing target");

    /// <summary>MOPS809.</summary>
    public static DiagnosticCode OtherPlan { get; } = new("MOPS809", "The model does not match the recipe's plan", FailureKind.Decision);

    /// <summary>MOPS870: ends with exit code 70.</summary>
    public static DiagnosticCode OwnMistake { get; } = new("MOPS870", "Internal error (a bug in MergeOps)");

    /// <summary>MOPS871.</summary>
    public static DiagnosticCode OpenSslMissing { get; } = new("MOPS871", "OpenSSL is missing", FailureKind.Environment);
}

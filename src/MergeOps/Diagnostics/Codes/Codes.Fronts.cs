namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS801.</summary>
    public static DiagnosticCode UsageMistake { get; } = new("MOPS801", "Invalid command line");

    /// <summary>MOPS802.</summary>
    public static DiagnosticCode OutputUnwritable { get; } = new("MOPS802", "The output cannot be written", FailureKind.World);

    /// <summary>MOPS803: a refusal of the operating system that no stage explains better.</summary>
    public static DiagnosticCode SystemRefused { get; } = new("MOPS803", "The system refused an operation", FailureKind.World);

    /// <summary>MOPS804.</summary>
    public static DiagnosticCode NoRecipeFound { get; } = new("MOPS804", "No recipe is found");

    /// <summary>MOPS805.</summary>
    public static DiagnosticCode HomeUnwritable { get; } = new("MOPS805", "The folder of MergeOps cannot be written", FailureKind.World);

    /// <summary>MOPS806.</summary>
    public static DiagnosticCode NoEarlierPlan { get; } = new("MOPS806", "There is no earlier plan to compare with");

    /// <summary>MOPS807.</summary>
    public static DiagnosticCode TargetNotAvailable { get; } = new("MOPS807", "This version cannot publish there");

    /// <summary>MOPS808.</summary>
    public static DiagnosticCode NoPublishTarget { get; } = new("MOPS808", "There is nowhere to publish to");

    /// <summary>MOPS809.</summary>
    public static DiagnosticCode OtherPlan { get; } = new("MOPS809", "The model is not what the recipe makes", FailureKind.Decision);

    /// <summary>MOPS870: ends with exit code 70.</summary>
    public static DiagnosticCode OwnMistake { get; } = new("MOPS870", "Internal error (a bug in MergeOps)");
}

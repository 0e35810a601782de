namespace MergeOps.Diagnostics;

internal static partial class Codes
{
    /// <summary>MOPS651.</summary>
    public static DiagnosticCode ContinuationTooLong { get; } = new("MOPS651", "An answer exceeds the model's context length");

    /// <summary>MOPS652.</summary>
    public static DiagnosticCode TextNotEncoded { get; } = new("MOPS652", "A tokenizer cannot encode a text");

    /// <summary>MOPS653.</summary>
    public static DiagnosticCode TemplateNotRendered { get; } = new("MOPS653", "A chat template cannot be rendered");
}

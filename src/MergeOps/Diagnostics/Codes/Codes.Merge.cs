namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS501.</summary>
    public static DiagnosticCode TorchUnavailable { get; } = new("MOPS501", "libtorch cannot be loaded", FailureKind.Environment);

    /// <summary>MOPS502.</summary>
    public static DiagnosticCode OutputExists { get; } = new("MOPS502", "The output folder holds something else");

    /// <summary>MOPS503.</summary>
    public static DiagnosticCode OutputBusy { get; } = new("MOPS503", "Another process is writing this output", FailureKind.Environment);

    /// <summary>MOPS504.</summary>
    public static DiagnosticCode DiskTooSmall { get; } = new("MOPS504", "The disk has too little free space", FailureKind.Environment);

    /// <summary>MOPS505.</summary>
    public static DiagnosticCode InputChanged { get; } = new("MOPS505", "An input changed after planning", FailureKind.Environment);

    /// <summary>MOPS506.</summary>
    public static DiagnosticCode NotFinite { get; } = new("MOPS506", "A merged tensor holds NaN or infinity");

    /// <summary>MOPS507.</summary>
    public static DiagnosticCode MemoryTooSmall { get; } = new("MOPS507", "A tensor does not fit into the memory limit");

    /// <summary>MOPS508.</summary>
    public static DiagnosticCode DeviceUnavailable { get; } = new("MOPS508", "The device is not available", FailureKind.Environment);

    /// <summary>MOPS509.</summary>
    public static DiagnosticCode UnfinishedMerge { get; } = new("MOPS509", "There is an unfinished merge of another plan");

    /// <summary>MOPS510.</summary>
    public static DiagnosticCode ManifestUnreadable { get; } = new("MOPS510", "The merge manifest cannot be read");

    /// <summary>MOPS511.</summary>
    public static DiagnosticCode ResultIsInput { get; } = new("MOPS511", "The merged model equals one of its inputs");

    /// <summary>MOPS512.</summary>
    public static DiagnosticCode NativesNotInstalled { get; } = new("MOPS512", "libtorch cannot be installed", FailureKind.Environment);

    /// <summary>MOPS513: the sample that the plan looked at was equal, the rest is not.</summary>
    public static DiagnosticCode StandInDiffers { get; } = new("MOPS513", "A tensor that was left out differs from the one kept in its place");

    /// <summary>MOPS514.</summary>
    public static DiagnosticCode InputNotFinite { get; } = new("MOPS514", "A model holds NaN or infinity");

    /// <summary>MOPS515.</summary>
    public static DiagnosticCode PartMissing { get; } = new("MOPS515", "A part of the merge is missing");

    /// <summary>MOPS516.</summary>
    public static DiagnosticCode PartForeign { get; } = new("MOPS516", "A part does not belong to this merge");

    /// <summary>MOPS517.</summary>
    public static DiagnosticCode PartDamaged { get; } = new("MOPS517", "A part of the merge is damaged");

    /// <summary>MOPS518.</summary>
    public static DiagnosticCode EarlierOutputDamaged { get; } = new("MOPS518", "An earlier merge is damaged", FailureKind.Environment);

    /// <summary>MOPS519.</summary>
    public static DiagnosticCode CannotStream { get; } = new("MOPS519", "This merge cannot be streamed");

    /// <summary>MOPS520.</summary>
    public static DiagnosticCode NothingReused { get; } = new("MOPS520", "Nothing from an earlier merge is used");

    /// <summary>MOPS521.</summary>
    public static DiagnosticCode BridgeNotBuilt { get; } = new("MOPS521", "The bridge to an installed PyTorch cannot be built", FailureKind.Environment);
}

namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS301.</summary>
    public static DiagnosticCode FileUnreadable { get; } = new("MOPS301", "A model file cannot be read", FailureKind.Environment);

    /// <summary>MOPS302.</summary>
    public static DiagnosticCode ModelNotFound { get; } = new("MOPS302", "There is no safetensors model at this path");

    /// <summary>MOPS303.</summary>
    public static DiagnosticCode NotSafetensors { get; } = new("MOPS303", "The file is not a safetensors file");

    /// <summary>MOPS304.</summary>
    public static DiagnosticCode PickleRefused { get; } = new("MOPS304", "Files that can carry code are not loaded");

    /// <summary>MOPS305.</summary>
    public static DiagnosticCode FileTruncated { get; } = new("MOPS305", "The file is cut short");

    /// <summary>MOPS306.</summary>
    public static DiagnosticCode HeaderTooLarge { get; } = new("MOPS306", "The header is larger than the format allows");

    /// <summary>MOPS307.</summary>
    public static DiagnosticCode HeaderNotUtf8 { get; } = new("MOPS307", "The header is not valid UTF-8");

    /// <summary>MOPS308.</summary>
    public static DiagnosticCode HeaderNotJson { get; } = new("MOPS308", "The header is not a valid JSON object");

    /// <summary>MOPS309.</summary>
    public static DiagnosticCode HeaderEntryInvalid { get; } = new("MOPS309", "Invalid header entry");

    /// <summary>MOPS310.</summary>
    public static DiagnosticCode HeaderNameRepeated { get; } = new("MOPS310", "A name occurs twice in the header");

    /// <summary>MOPS311.</summary>
    public static DiagnosticCode TensorsNotEndToEnd { get; } = new("MOPS311", "The tensors of a file are not contiguous");

    /// <summary>MOPS312.</summary>
    public static DiagnosticCode TensorSizeOverflow { get; } = new("MOPS312", "A tensor's size cannot be computed in 64 bits");

    /// <summary>MOPS313.</summary>
    public static DiagnosticCode TensorSizeMismatch { get; } = new("MOPS313", "A tensor's bytes disagree with its dtype and shape");

    /// <summary>MOPS314.</summary>
    public static DiagnosticCode FileLengthMismatch { get; } = new("MOPS314", "The file's length disagrees with its header");

    /// <summary>MOPS320.</summary>
    public static DiagnosticCode IndexInvalid { get; } = new("MOPS320", "Invalid shard index");

    /// <summary>MOPS321.</summary>
    public static DiagnosticCode ShardNameRefused { get; } = new("MOPS321", "Refused file name in the shard index");

    /// <summary>MOPS322.</summary>
    public static DiagnosticCode ShardMissing { get; } = new("MOPS322", "A shard is missing");

    /// <summary>MOPS323.</summary>
    public static DiagnosticCode IndexDisagrees { get; } = new("MOPS323", "The shard index and the shards disagree");

    /// <summary>MOPS324.</summary>
    public static DiagnosticCode LinkRefused { get; } = new("MOPS324", "A symbolic link leads outside the model's folder");

    /// <summary>MOPS325.</summary>
    public static DiagnosticCode TotalSizeDiffers { get; } = new("MOPS325", "The total size in the shard index is wrong");

    /// <summary>MOPS326.</summary>
    public static DiagnosticCode TwoModelsInFolder { get; } = new("MOPS326", "The folder holds a single file and shards");

    /// <summary>MOPS327.</summary>
    public static DiagnosticCode AdapterRefused { get; } = new("MOPS327", "An adapter is not a model");

    /// <summary>MOPS328.</summary>
    public static DiagnosticCode LoneShard { get; } = new("MOPS328", "One shard of several is not a model");

    /// <summary>MOPS329.</summary>
    public static DiagnosticCode SeveralModels { get; } = new("MOPS329", "The folder holds several models");

    /// <summary>MOPS331.</summary>
    public static DiagnosticCode PipelineRefused { get; } = new("MOPS331", "A pipeline of several models is not a model");

    /// <summary>MOPS332.</summary>
    public static DiagnosticCode ShardsMissing { get; } = new("MOPS332", "Shards of the model are missing");

    /// <summary>MOPS333.</summary>
    public static DiagnosticCode ShardsOverlap { get; } = new("MOPS333", "Two shards contain the same tensor");

    /// <summary>MOPS334.</summary>
    public static DiagnosticCode LayersMissing { get; } = new("MOPS334", "The file holds only part of a model");

    /// <summary>MOPS339.</summary>
    public static DiagnosticCode TorchFileInvalid { get; } = new("MOPS339", "Invalid PyTorch file");

    /// <summary>MOPS338.</summary>
    public static DiagnosticCode NotAPlainFile { get; } = new("MOPS338", "Not a regular file");

    /// <summary>MOPS341.</summary>
    public static DiagnosticCode AdapterNotApplied { get; } = new("MOPS341", "An adapter cannot be applied");

    /// <summary>MOPS342.</summary>
    public static DiagnosticCode AdapterDoesNotFit { get; } = new("MOPS342", "An adapter does not fit the model under it");

    /// <summary>MOPS343.</summary>
    public static DiagnosticCode AdapterOfOtherModel { get; } = new("MOPS343", "An adapter was trained on another model");

    /// <summary>MOPS344.</summary>
    public static DiagnosticCode AdapterPartUnused { get; } = new("MOPS344", "Part of an adapter is not used");

    /// <summary>MOPS345.</summary>
    public static DiagnosticCode AdapterMapped { get; } = new("MOPS345", "An adapter's names match under a different prefix");

    /// <summary>MOPS346.</summary>
    public static DiagnosticCode AdapterTargetsUnused { get; } = new("MOPS346", "An adapter has no factors for some of its targets");

    /// <summary>MOPS347.</summary>
    public static DiagnosticCode ComponentMissing { get; } = new("MOPS347", "A component of the model is missing");

    /// <summary>MOPS330.</summary>
    public static DiagnosticCode WriteFailed { get; } = new("MOPS330", "A file cannot be written", FailureKind.Environment);

    /// <summary>MOPS473.</summary>
    public static DiagnosticCode ComponentNameTaken { get; } = new("MOPS473", "A tensor has the same name as one in a component");
}

namespace MergeOps.Diagnostics;

internal static partial class Codes
{
    /// <summary>MOPS690: a recipe's models are measured, and nothing says on what.</summary>
    public static DiagnosticCode CalibrationMissing { get; } = new("MOPS690", "The recipe names no calibration data");

    /// <summary>MOPS691: a row is none of the forms that are read, or does not do for what is measured.</summary>
    public static DiagnosticCode CalibrationItemMalformed { get; } = new("MOPS691", "Invalid calibration item");

    /// <summary>MOPS692: a model has no forward pass here, or not the one that the statistic needs.</summary>
    public static DiagnosticCode NotMeasured { get; } = new("MOPS692", "A model cannot be measured");

    /// <summary>MOPS693: the model that is asked for is not the recipe's.</summary>
    public static DiagnosticCode NothingToMeasure { get; } = new("MOPS693", "There is nothing to measure");

    /// <summary>MOPS694: training from a merge made nothing better, and the start is kept.</summary>
    public static DiagnosticCode TrainingHelpedNothing { get; } = new("MOPS694", "Training did not improve the merge");

    /// <summary>MOPS695: items count more than once, or are those that a merged model is tested on.</summary>
    public static DiagnosticCode CalibrationItemsDoubtful { get; } = new("MOPS695", "Questionable calibration items");

    /// <summary>MOPS696: data are not here, and what was measured on them is.</summary>
    public static DiagnosticCode CalibrationDataAway { get; } = new("MOPS696", "Calibration data is missing");
}

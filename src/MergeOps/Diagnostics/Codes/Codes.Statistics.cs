namespace MergeOps.Diagnostics;

internal static partial class Codes
{
    /// <summary>MOPS270.</summary>
    public static DiagnosticCode StatisticsInvalid { get; } = new("MOPS270", "Invalid statistics file");

    /// <summary>MOPS271.</summary>
    public static DiagnosticCode StatisticsMissing { get; } = new("MOPS271", "Statistics are missing");

    /// <summary>MOPS272.</summary>
    public static DiagnosticCode StatisticsStale { get; } = new("MOPS272", "Statistics of another model");

    /// <summary>MOPS273.</summary>
    public static DiagnosticCode StatisticsUnfit { get; } = new("MOPS273", "Statistics do not fit the merge");

    /// <summary>MOPS274.</summary>
    public static DiagnosticCode StatisticsImpossible { get; } = new("MOPS274", "Statistics hold impossible numbers");
}

namespace MergeOps.Sources.Statistics;

/// <summary>What the tensors of gate statistics are called: [experts, hidden], a row for each expert, the mean state of the prompts for it less that of the prompts against it.</summary>
internal static class GateTensors
{
    /// <summary>Of the experts of a layer.</summary>
    public static string OfExperts(int layer) => FormattableString.Invariant($"layers.{layer}.experts");

    /// <summary>Of the shared experts of a layer.</summary>
    public static string OfShared(int layer) => FormattableString.Invariant($"layers.{layer}.shared_experts");
}

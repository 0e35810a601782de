namespace MergeOps.Diagnostics.Secrets;

/// <summary>Which environment variables hold secrets, by their names.</summary>
internal static class SecretVariables
{
    /// <summary>Fewer characters than these are no secret, and masking them would spoil every text.</summary>
    public const int ShortestValue = 6;

    private static readonly string[] Words = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "KEY", "CREDENTIAL"];

    // these say where a secret lies
    private static readonly string[] Places = ["_PATH", "_FILE", "_DIR"];

    /// <summary>Whether a variable holds a secret.</summary>
    public static bool Holds(string name, string value) =>
        value.Trim().Length >= ShortestValue
        && SpeaksOfSecret(name)
        && !Array.Exists(Places, place => name.EndsWith(place, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a variable's name speaks of a secret, or of where one lies.</summary>
    public static bool SpeaksOfSecret(string name) =>
        Array.Exists(Words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}

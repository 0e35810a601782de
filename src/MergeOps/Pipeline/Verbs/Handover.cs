namespace MergeOps.Pipeline.Verbs;

/// <summary>What the machines of one recipe's stages share, or carry from one to the next: <c>merged/</c> and <c>evaluated/</c> in a folder.</summary>
/// <param name="Folder">The folder.</param>
internal sealed record Handover(string Folder)
{
    /// <summary>The digest of the list of <c>merged/</c>, from the job that merged; null in that job.</summary>
    public string? MergedDigest { get; init; }

    /// <summary>The digest of the list of <c>evaluated/</c>, from the job that scored; null before.</summary>
    public string? EvaluatedDigest { get; init; }

    /// <summary>The merged model, its list beside it.</summary>
    public string Merged => Path.Combine(Path.GetFullPath(Folder), "merged");

    /// <summary>The evaluation.</summary>
    public string Evaluated => Path.Combine(Path.GetFullPath(Folder), "evaluated");

    /// <summary>What was derived of the model, a folder for each entry of the recipe.</summary>
    public string Derived => Path.Combine(Evaluated, DerivedFolder);

    /// <summary>The name of that folder.</summary>
    public const string DerivedFolder = "derived";

    /// <summary>The model itself.</summary>
    public string Model => Path.Combine(Merged, "model");
}

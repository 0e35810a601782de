namespace MergeOps.Recipes;

/// <summary>A model as a recipe names it: <c>path[@revision][+lora[@revision]…]</c> or the long form.</summary>
/// <param name="Path">A local path or a Hub name, as written.</param>
/// <param name="Revision">A branch, tag or commit, or null.</param>
/// <param name="Lora">An adapter on top of it, or null; its own adapter is the next one on top.</param>
/// <param name="OverrideArchitecture">The class that takes the place of those in <c>architectures</c> of its config; from the long form only.</param>
internal sealed record ModelReference(string Path, string? Revision = null, ModelReference? Lora = null, string? OverrideArchitecture = null)
{
    /// <summary>Whether it is what another recipe of the same file makes: a stage, by its name.</summary>
    public bool IsStage { get; init; }

    /// <summary>Whether the text can only mean a local path.</summary>
    public bool IsExplicitPath => ModelLocation.IsExplicitPath(Path);

    /// <summary>Whether somebody who writes this means it: its short form, or the path alone.</summary>
    public bool IsCalled(string? text) => text == ToString() || text == Path;

    /// <summary>The adapters on top of it, each alone, in the order in which they are applied.</summary>
    internal IEnumerable<ModelReference> Adapters
    {
        get
        {
            for (var adapter = Lora; adapter is not null; adapter = adapter.Lora)
            {
                yield return adapter with { Lora = null };
            }
        }
    }

    /// <summary>The model under the adapters.</summary>
    internal ModelReference WithoutAdapters => this with { Lora = null };

    /// <summary>What lies in its place: the model without adapters, whatever architecture the recipe says it has.</summary>
    internal ModelReference Stored => this with { Lora = null, OverrideArchitecture = null };

    /// <summary>A name of it that does not depend on the recipe's place: the absolute path of a local model, else the short form.</summary>
    /// <param name="folder">Where the recipe's paths of models start.</param>
    public string NameFrom(string folder) =>
        Lora is null && ModelLocation.FindLocal(Path, folder) is { } here ? System.IO.Path.GetFullPath(here) : ToString();

    /// <summary>The short form.</summary>
    public override string ToString() =>
        Path + (Revision is null ? "" : "@" + Revision) + (Lora is null ? "" : "+" + Lora);
}

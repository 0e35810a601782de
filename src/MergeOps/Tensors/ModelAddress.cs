using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>What a person writes to name a model, so that messages can give the exact text that names a part of it.</summary>
internal sealed class ModelAddress
{
    private const string Copy = "FOLDER";

    private readonly string parts;
    private readonly string? download;

    private ModelAddress(string name, string parts, string? download) => (Name, this.parts, this.download) = (name, parts, download);

    /// <summary>The model as it is written.</summary>
    public string Name { get; }

    /// <summary>A model on this machine.</summary>
    /// <param name="name">Its path as somebody wrote it.</param>
    public static ModelAddress Local(string name) => new(name, name.TrimEnd('/', Path.DirectorySeparatorChar), null);

    /// <summary>A repository on the Hub, of which only the whole can be named.</summary>
    /// <param name="repository">Its name.</param>
    public static ModelAddress OnHub(string repository) => new(repository, Copy, $"`hf download {repository} --local-dir {Copy}`");

    /// <summary>The sentence that says where missing files come from.</summary>
    public string Completing => download is null
        ? "Download or copy what is missing."
        : "Its repository is incomplete: use another revision, or tell the author.";

    /// <summary>The sentence that says what to write for parts of the model, a choice where they are several.</summary>
    public string Naming(IReadOnlyCollection<string> names) =>
        $"{(download is null ? "Write" : $"The Hub names whole repositories only: run {download}, and write")} {NameList.Of(names.Select(name => $"{parts}/{name}"), names.Count, "or")} as the model.";

    /// <summary>The sentence that says how to change the files of the model.</summary>
    /// <param name="change">What to do to the folder, as the rest of a sentence: <c>remove the one that is not meant</c>.</param>
    public string Changing(string change) =>
        download is null ? $"{char.ToUpperInvariant(change[0])}{change[1..]}." : $"Run {download}, {change}, and write '{Copy}' as the model.";
}

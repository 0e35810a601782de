using System.Text.Json.Nodes;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>How a companion file is changed on its way into the output: decided from what plans know, done when the file is read.</summary>
internal abstract record CompanionEdit
{
    /// <summary>What decides the changes, as canonical JSON.</summary>
    public abstract JsonObject Terms { get; }

    /// <summary>The file after the changes.</summary>
    /// <param name="name">The file's path in the model.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="Diagnostics.MergeOpsException">It is not what its name says.</exception>
    public abstract byte[] Apply(string name, ReadOnlySpan<byte> file, string path);
}

/// <summary>Tokens and template of the output's tokenizer.</summary>
/// <param name="Edit">What changes.</param>
/// <param name="HasTemplateFile">Whether the template lies in a file of its own.</param>
internal sealed record TokenizerFileEdit(TokenizerEdit Edit, bool HasTemplateFile) : CompanionEdit
{
    /// <inheritdoc/>
    public override JsonObject Terms => new()
    {
        ["appended"] = new JsonArray([.. Edit.Appended.Select(token => Token(token.Id, token.Token))]),
        ["named"] = new JsonArray([.. Edit.Named.Select(place => Token(place.Id, place.To))]),
        ["chatTemplate"] = Edit.ChatTemplate,
    };

    /// <inheritdoc/>
    public override byte[] Apply(string name, ReadOnlySpan<byte> file, string path) => TokenizerWriter.Write(Edit, name, file, HasTemplateFile, path);

    private static JsonObject Token(int id, AddedToken token)
    {
        var json = AddedTokenJson.Write(token);
        json["id"] = id;
        return json;
    }
}

/// <summary>What a stage changes, then what its user changes.</summary>
/// <param name="First">The changes of the stage.</param>
/// <param name="Then">Those of the recipe that uses it.</param>
internal sealed record EditsInTurn(CompanionEdit First, CompanionEdit Then) : CompanionEdit
{
    /// <inheritdoc/>
    public override JsonObject Terms => new() { ["first"] = First.Terms, ["then"] = Then.Terms };

    /// <inheritdoc/>
    public override byte[] Apply(string name, ReadOnlySpan<byte> file, string path) => Then.Apply(name, First.Apply(name, file, path), path);
}

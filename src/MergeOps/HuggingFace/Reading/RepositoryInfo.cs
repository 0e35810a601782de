using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Reading;

/// <summary>A repository at one revision.</summary>
/// <param name="Id">Its name today, which is another one than was asked for after a renaming.</param>
/// <param name="Commit">The commit that the revision is now: 40 hexadecimal digits.</param>
/// <param name="IsPrivate">Whether only some accounts see it.</param>
/// <param name="Gated">How its owner grants access (<c>auto</c> or <c>manual</c>); null when it is open.</param>
/// <param name="IsDisabled">Whether the Hub has closed it.</param>
/// <param name="Tags">Its tags, those of the model card and those that the Hub adds.</param>
/// <param name="CardData">The front matter of its model card, or null.</param>
/// <param name="License">The identifier of its license, or null when it names none.</param>
internal sealed record RepositoryInfo(
    string Id,
    string Commit,
    bool IsPrivate,
    string? Gated,
    bool IsDisabled,
    ImmutableArray<string> Tags,
    JsonElement? CardData,
    string? License)
{
    /// <summary>What to tell people who use a repository's old name; null when the name is the one of today.</summary>
    public Diagnostic? RenameNotice(RepositoryName asked, SourceSpan? span = null) =>
        string.Equals(Id, asked.Id, StringComparison.OrdinalIgnoreCase)
            ? null
            : Diagnostic.Warning(
                Codes.RepositoryRenamed,
                $"'{asked}' is now {TerminalText.Quoted(Id)}. Write the new name: the old one may go to someone else.",
                span);
}

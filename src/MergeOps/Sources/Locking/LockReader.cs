using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources.Locking;

/// <summary>Reads the text of a lock, line by line; empty lines, comments and spaces at the ends of lines do not matter.</summary>
/// <param name="path">The lock's file, for messages.</param>
/// <param name="text">Its text.</param>
internal sealed partial class LockReader(string path, string text)
{
    private const int Oldest = 1;

    private readonly Line[] lines =
    [
        .. text.Split('\n')
            .Select((line, index) => new Line(line.TrimEnd(), index + 1))
            .Where(line => line.Text.Length > 0 && !line.Text.TrimStart().StartsWith('#')),
    ];

    private int next;

    // of the line that was read last, or should have been
    private int Number => lines.Length == 0 ? 1 : lines[Math.Clamp(next - 1, 0, lines.Length - 1)].Number;

    /// <summary>Reads it.</summary>
    /// <exception cref="MergeOpsException">The text is not a lock, or of a newer version.</exception>
    public ModelLock Read()
    {
        var version = Optional(VersionLine()) is { } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : throw Refused("it does not begin like a lock");
        if (version is < Oldest or > LockText.Version)
        {
            throw version > LockText.Version
                ? new MergeOpsException(
                    Codes.LockNewer,
                    $"{FormatVersion.Refusal(version, LockText.Version)} Nothing was changed.",
                    new SourceSpan(path, Number, 1, Number, 1))
                : Refused($"version {version} does not exist");
        }

        Match(version == 1 ? ModelsLine() : EntriesLine());
        var entries = ImmutableArray.CreateBuilder<LockedEntry>();
        while (next < lines.Length)
        {
            var begin = lines[next].Number;
            var entry = version == 1 ? ReadModel() : ReadEntry();
            if (entries.Any(other => (other.Kind, other.Location) == (entry.Kind, entry.Location)))
            {
                throw Refused($"{TerminalText.Quoted(entry.Location)} is pinned twice", begin);
            }

            entries.Add(entry);
        }

        return new(entries.ToImmutable());
    }

    // version 1 knew models only
    private LockedEntry ReadModel()
    {
        var model = Unquoted(Match(ModelLine()));
        var commit = Optional(CommitLine());
        var metadata = commit is null ? null : Match(MetadataLine());
        var gated = commit is null ? null : Optional(GatedLine());
        var (files, _) = ReadFiles();
        return new(model, files) { Commit = commit, Metadata = metadata, Gated = gated };
    }

    private LockedEntry ReadEntry()
    {
        var kind = Enum.Parse<LockedKind>(Match(KindLine()), ignoreCase: true);
        var location = Unquoted(Match(LocationLine()));
        var commit = Optional(CommitLine());
        var metadata = commit is null ? null : kind switch
        {
            LockedKind.Model => Match(MetadataLine()),
            LockedKind.Adapter or LockedKind.Statistics => Optional(MetadataLine()),
            _ => null,
        };
        var gated = commit is null ? null : Optional(GatedLine());
        var matches = ImmutableArray.CreateBuilder<string>();
        if (Optional(MatchesLine()) is not null)
        {
            while (Optional(MatchLine()) is { } match)
            {
                matches.Add(Unquoted(match));
            }
        }

        var (files, blocks) = ReadFiles();
        return new(location, files) { Kind = kind, Commit = commit, Metadata = metadata, Gated = gated, Matches = matches.ToImmutable(), Blocks = blocks };
    }

    private (FileListing Files, ImmutableSortedDictionary<string, string> Blocks) ReadFiles()
    {
        if (Optional(FilesLine()) is null)
        {
            next++;
            throw Refused("expected 'files:' here");
        }

        var files = new List<HashedFile>();
        var blocks = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (Optional(PathLine()) is { } quoted)
        {
            var file = new HashedFile(
                Unquoted(quoted),
                long.Parse(Match(SizeLine()), CultureInfo.InvariantCulture),
                BlobDigest.TryParse(Match(DigestLine()).Replace(": ", ":", StringComparison.Ordinal)) ?? throw Refused("this is not a digest"));
            if (files.Exists(other => other.Path == file.Path))
            {
                throw Refused($"{TerminalText.Quoted(file.Path)} is pinned twice");
            }

            files.Add(file);
            if (Optional(BlocksLine()) is { } digests)
            {
                blocks[file.Path] = digests;
            }
        }

        return ([.. files], blocks.ToImmutable());
    }

    private string Match(Regex expected)
    {
        if (Optional(expected) is { } found)
        {
            return found;
        }

        next++;
        throw Refused("this line does not belong in a lock");
    }

    private string? Optional(Regex expected)
    {
        if (next >= lines.Length || expected.Match(lines[next].Text) is not { Success: true } match)
        {
            return null;
        }

        next++;
        return match.Groups[1].Value;
    }

    private string Unquoted(string quoted)
    {
        try
        {
            using var text = JsonDocument.Parse(quoted);
            return text.RootElement.GetString()!;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // the second one for half of a surrogate pair
            throw Refused("this text is not quoted the way locks quote");
        }
    }

    // what it pinned is known to nobody else, so nothing is written over it by itself
    private MergeOpsException Refused(string why, int? line = null) => new(
        Codes.LockUnreadable,
        $"Line {line ?? Number}: {why}. Restore it from git; or run `mergeops lock RECIPE --upgrade`, which pins every model again, at its head.",
        new SourceSpan(path, line ?? Number, 1, line ?? Number, 1));

    private sealed record Line(string Text, int Number);

    [GeneratedRegex("^version: ([0-9]{1,9})$", RegexOptions.None, 1000)]
    private static partial Regex VersionLine();

    [GeneratedRegex("^(models:)$", RegexOptions.None, 1000)]
    private static partial Regex ModelsLine();

    [GeneratedRegex("^(entries:)$", RegexOptions.None, 1000)]
    private static partial Regex EntriesLine();

    [GeneratedRegex("""^  - model: (".*")$""", RegexOptions.None, 1000)]
    private static partial Regex ModelLine();

    [GeneratedRegex("^  - kind: (model|adapter|dataset|statistics)$", RegexOptions.None, 1000)]
    private static partial Regex KindLine();

    [GeneratedRegex("""^    location: (".*")$""", RegexOptions.None, 1000)]
    private static partial Regex LocationLine();

    [GeneratedRegex("^    commit: ([0-9a-f]{40})$", RegexOptions.None, 1000)]
    private static partial Regex CommitLine();

    [GeneratedRegex("^    facts: ([0-9a-f]{64})$", RegexOptions.None, 1000)]
    private static partial Regex MetadataLine();

    [GeneratedRegex("^    gated: (auto|manual)$", RegexOptions.None, 1000)]
    private static partial Regex GatedLine();

    [GeneratedRegex("^    (matches:)$", RegexOptions.None, 1000)]
    private static partial Regex MatchesLine();

    [GeneratedRegex("""^      - (".*")$""", RegexOptions.None, 1000)]
    private static partial Regex MatchLine();

    [GeneratedRegex("^    (files:)$", RegexOptions.None, 1000)]
    private static partial Regex FilesLine();

    [GeneratedRegex("""^      - path: (".*")$""", RegexOptions.None, 1000)]
    private static partial Regex PathLine();

    [GeneratedRegex("^        size: ([0-9]{1,18})$", RegexOptions.None, 1000)]
    private static partial Regex SizeLine();

    [GeneratedRegex("^        (sha256: [0-9a-f]{64}|git: [0-9a-f]{40})$", RegexOptions.None, 1000)]
    private static partial Regex DigestLine();

    [GeneratedRegex("^        blocks: ((?:[0-9a-f]{32})+)$", RegexOptions.None, 1000)]
    private static partial Regex BlocksLine();
}

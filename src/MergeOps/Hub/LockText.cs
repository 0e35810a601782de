using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;

namespace MergeOps.Hub;

/// <summary>The canonical text of a lock: one spelling for one content, laid out so that a diff is easy to read.</summary>
internal static partial class LockText
{
    private const int Version = 1;

    private const string Heading = "# Written by 'mergeops lock'; commit it with the recipe.";

    /// <summary>Writes a lock; models keep the recipe's order.</summary>
    public static string Write(ModelLock modelLock)
    {
        var text = new StringBuilder()
            .Append(Heading).Append('\n')
            .Append(CultureInfo.InvariantCulture, $"version: {Version}\n")
            .Append("models:\n");
        foreach (var model in modelLock.Models)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - model: {Quoted(model.Model)}\n");
            if (model.Commit is { } commit)
            {
                text.Append(CultureInfo.InvariantCulture, $"    commit: {commit}\n    facts: {model.Facts}\n");
            }

            if (model.Gated is { } gated)
            {
                text.Append(CultureInfo.InvariantCulture, $"    gated: {gated}\n");
            }

            text.Append("    files:\n");
            foreach (var file in model.Files)
            {
                text.Append(CultureInfo.InvariantCulture, $"      - path: {Quoted(file.Path)}\n")
                    .Append(CultureInfo.InvariantCulture, $"        size: {file.Size}\n")
                    .Append(CultureInfo.InvariantCulture, $"        {file.Digest.ToString().Replace(":", ": ", StringComparison.Ordinal)}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a lock; anything but the canonical text is refused at its line.</summary>
    /// <exception cref="MergeOpsException">The text is not a lock, or of a newer version.</exception>
    public static ModelLock Read(string path, string text)
    {
        var models = ImmutableArray.CreateBuilder<LockedModel>();
        var lines = text.Split('\n');
        if (lines.Length < 3 || lines[0] != Heading || lines[2] != "models:")
        {
            throw Refused(path, 1, "it does not begin as a lock does");
        }

        if (lines[1] != $"version: {Version}")
        {
            throw Refused(path, 2, $"this program reads version {Version}; a newer program wrote another one");
        }

        var line = 3;
        while (line < lines.Length - 1)
        {
            var model = Unquoted(Match(ModelLine()));
            var commit = Optional(CommitLine());
            var facts = commit is null ? null : Match(FactsLine());
            var gated = commit is null ? null : Optional(GatedLine());
            if (lines.ElementAtOrDefault(line++) != "    files:")
            {
                throw Refused(path, line, "'files:' is expected here");
            }

            var files = ImmutableArray.CreateBuilder<LockedFile>();
            while (line < lines.Length - 1 && PathLine().IsMatch(lines[line]))
            {
                files.Add(new(
                    Unquoted(Match(PathLine())),
                    long.Parse(Match(SizeLine()), CultureInfo.InvariantCulture),
                    BlobDigest.TryParse(Match(DigestLine()).Replace(": ", ":", StringComparison.Ordinal)) ?? throw Refused(path, line, "this is no digest")));
            }

            models.Add(new(model, files.ToImmutable()) { Commit = commit, Facts = facts, Gated = gated });
        }

        var modelLock = new ModelLock(models.ToImmutable());
        return Write(modelLock) == text ? modelLock : throw Refused(path, 1, "it is not in its canonical form");

        string Match(Regex expected)
        {
            var match = expected.Match(lines.ElementAtOrDefault(line++) ?? "");
            return match.Success ? match.Groups[1].Value : throw Refused(path, line, "this line is not one of a lock");
        }

        string? Optional(Regex expected) => expected.IsMatch(lines.ElementAtOrDefault(line) ?? "") ? Match(expected) : null;

        string Unquoted(string quoted)
        {
            try
            {
                using var text = JsonDocument.Parse(quoted);
                return text.RootElement.GetString()!;
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException)
            {
                // the second one for half of a surrogate pair
                throw Refused(path, line, "this text is not quoted as a lock quotes it");
            }
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static MergeOpsException Refused(string path, int line, string why) =>
        new(
            Codes.LockUnreadable,
            $"Line {line}: {why}. Run 'mergeops lock' to write it anew.",
            new SourceSpan(path, line, 1, line, 1));

    [GeneratedRegex("""^  - model: (".*")$""", RegexOptions.None, 1000)]
    private static partial Regex ModelLine();

    [GeneratedRegex("""^      - path: (".*")$""", RegexOptions.None, 1000)]
    private static partial Regex PathLine();

    [GeneratedRegex("^        size: ([0-9]{1,18})$", RegexOptions.None, 1000)]
    private static partial Regex SizeLine();

    [GeneratedRegex("^        (sha256: [0-9a-f]{64}|git: [0-9a-f]{40})$", RegexOptions.None, 1000)]
    private static partial Regex DigestLine();

    [GeneratedRegex("^    commit: ([0-9a-f]{40})$", RegexOptions.None, 1000)]
    private static partial Regex CommitLine();

    [GeneratedRegex("^    facts: ([0-9a-f]{64})$", RegexOptions.None, 1000)]
    private static partial Regex FactsLine();

    [GeneratedRegex("^    gated: (auto|manual)$", RegexOptions.None, 1000)]
    private static partial Regex GatedLine();
}

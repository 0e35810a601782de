using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Reading;

/// <summary>What may stand where a model is named: a local path that exists, or a Hub name; never an address.</summary>
internal sealed class ModelNames(ReadingContext context)
{
    /// <summary>The longest Hub name.</summary>
    private const int HubNameLength = 96;

    private const int CommitLength = 40;

    /// <summary>Refuses addresses, other machines, line breaks and workflow expressions before anything is looked up.</summary>
    public bool IsHarmless(YamlScalar scalar)
    {
        var text = scalar.Text;
        if (text.Any(char.IsControl))
        {
            return Refuse("A model's name cannot contain line breaks or other control characters.", context.SpanOf(scalar));
        }

        if (text.Contains("://", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse("A model is 'owner/name[@revision]' or a local path, never an address.", context.SpanOf(scalar));
        }

        if (ModelLocation.IsNetworkPath(text))
        {
            return Refuse("Network paths are not allowed in recipes.", context.SpanOf(scalar));
        }

        if (text.Contains("${{", StringComparison.Ordinal))
        {
            return Refuse("Expressions of GitHub Actions are not expanded in recipes. Write the model's name.", context.SpanOf(scalar));
        }

        return text.Length > 0 || Refuse("A model needs a name: 'owner/name[@revision]' or a local path.", context.SpanOf(scalar));
    }

    /// <summary>Checks one part of a reference that begins at an offset of a scalar.</summary>
    public bool Check(ModelReference model, YamlScalar scalar, int offset)
    {
        if (context.Stages.Contains(model.Path))
        {
            return CheckStage(model, scalar, offset);
        }

        if (ModelLocation.FindLocal(model.Path, context.ModelsFolder) is not null)
        {
            return CheckLocalRevision(model, scalar, offset);
        }

        if (model.IsExplicitPath)
        {
            var (code, why) = ModelLocation.HasFile(model.Path, context.ModelsFolder) && ForeignContent.RecogniseName(model.Path) is { } foreign
                ? (foreign.Code, $": {foreign.Detail}")
                : (Codes.PathMissing, Absent(model));
            context.Error(code, TerminalText.Quoted(model.Path) + why, context.SpanOf(scalar, offset, model.Path.Length));
            return true;
        }

        if (model.Revision is null && !context.IsLocked && ModelLocation.SpellingOf(model.Path, context.ModelsFolder) is { } spelling)
        {
            context.Error(
                Codes.PathMissing,
                $"{TerminalText.Quoted(model.Path)} is in the current folder, but paths are relative to the recipe's folder. Write {TerminalText.Quoted(spelling)}, or {TerminalText.Quoted(model.Path + "@main")} for the model on the Hub.",
                context.SpanOf(scalar, offset, model.Path.Length));
            return true;
        }

        if (model.Revision is null && !model.Path.Contains('/', StringComparison.Ordinal) && NearestName.Of(model.Path, context.Stages) is { } stage)
        {
            context.Error(
                Codes.StageUnknown,
                $"{TerminalText.Quoted(model.Path)} is neither a recipe of this file nor a local model. Did you mean {TerminalText.Quoted(stage)}? Write {TerminalText.Quoted(model.Path + "@main")} for the model on the Hub.",
                context.SpanOf(scalar, offset, model.Path.Length));
            return true;
        }

        return CheckHubName(model.Path, scalar, offset) && CheckRevision(model, scalar, offset);
    }

    private bool CheckStage(ModelReference model, YamlScalar scalar, int offset)
    {
        if (model.Revision is not null)
        {
            return Refuse($"{TerminalText.Quoted(model.Path)} is a recipe of this file, whose result has no revisions. Remove {TerminalText.Quoted("@" + model.Revision)}.", RevisionPlace(model, scalar, offset));
        }

        if (ModelLocation.FindLocal(model.Path, context.ModelsFolder) is not null)
        {
            context.Diagnostics.Warning(
                Codes.StageHidesFolder,
                $"{TerminalText.Quoted(model.Path)} is the result of the recipe with that name, not the model in that folder. Write {TerminalText.Quoted("./" + model.Path)} for that one.",
                context.SpanOf(scalar, offset, model.Path.Length));
        }

        return true;
    }

    private string Absent(ModelReference model) => context switch
    {
        { IsPublished: true } => $" is not in {TerminalText.Escape(context.ModelsFolder)}. A published recipe does not say where its local models are: name the folder that their paths are relative to with --models.",
        _ when ModelLocation.SpellingOf(model.Path, context.ModelsFolder) is { } spelling =>
            $" is in the current folder, but paths are relative to the recipe's folder. Write {TerminalText.Quoted(spelling)}.",
        _ => $" does not exist. Paths are relative to the recipe's folder.{NearestPath.Suggestion(model.Path, context.ModelsFolder)}",
    };

    private bool CheckHubName(string name, YamlScalar scalar, int offset)
    {
        var at = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!(Rune.IsLetterOrDigit(rune) && rune.IsAscii) && rune.Value is not ('-' or '_' or '.' or '/'))
            {
                return Refuse(
                    $"{Describe(rune)} is not allowed in the name of a model: only letters, digits, '-', '_' and '.' are. "
                    + $"(There is no local path {TerminalText.Quoted(name)} either.)",
                    context.SpanOf(scalar, offset + at, rune.Utf16SequenceLength));
            }

            at += rune.Utf16SequenceLength;
        }

        var parts = name.Split('/');
        if (parts.Length > 2 || parts.Any(part => part.Length == 0))
        {
            return Refuse(
                $"{TerminalText.Quoted(name)} is not a Hub name ('owner/name'), and no such local path exists.",
                context.SpanOf(scalar, offset, name.Length));
        }

        if (name.Length > HubNameLength || name.Contains("--", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal)
            || parts.Any(part => part[0] is '-' or '.' || part[^1] is '-' or '.'))
        {
            return Refuse(
                $"A Hub name has at most {HubNameLength} characters, no '--' or '..', and no '-' or '.' at the ends of its parts.",
                context.SpanOf(scalar, offset, name.Length));
        }

        return true;
    }

    private bool CheckRevision(ModelReference model, YamlScalar scalar, int offset)
    {
        if (model.Revision is not { } revision)
        {
            return true;
        }

        var place = RevisionPlace(model, scalar, offset);
        if (revision.Length == 0 || revision.Contains("..", StringComparison.Ordinal)
            || revision.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '/')))
        {
            return Refuse("A revision is the name of a branch or tag, or a commit of 40 hexadecimal digits.", place);
        }

        if (!context.IsLocked && !(revision.Length == CommitLength && revision.All(char.IsAsciiHexDigit)))
        {
            context.Diagnostics.Warning(
                Codes.RevisionFloating, $"'{revision}' can move, and the recipe has no lock. Run 'mergeops lock', or name a commit.", place);
        }

        return true;
    }

    private bool CheckLocalRevision(ModelReference model, YamlScalar scalar, int offset)
    {
        if (model.Revision is not null)
        {
            context.Error(
                Codes.RevisionOfLocalModel,
                $"{TerminalText.Quoted(model.Path)} is a local path, which has no revision. Remove {TerminalText.Quoted("@" + model.Revision)}.",
                RevisionPlace(model, scalar, offset));
        }

        return true;
    }

    // the long form names the revision elsewhere; the path stands for both there
    private SourceSpan RevisionPlace(ModelReference model, YamlScalar scalar, int offset)
    {
        var start = offset + model.Path.Length + 1;
        return start + model.Revision!.Length <= scalar.Text.Length
            ? context.SpanOf(scalar, start, model.Revision.Length)
            : context.SpanOf(scalar);
    }

    private static string Describe(Rune rune)
    {
        if (rune.IsAscii)
        {
            return $"Character {TerminalText.Quoted(rune.ToString())}";
        }

        var script = rune.Value switch
        {
            >= 0x370 and <= 0x3FF => " (Greek)",
            >= 0x400 and <= 0x52F => " (Cyrillic)",
            >= 0xFF00 and <= 0xFFEF => " (full width)",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"Character U+{rune.Value:X4}{script}");
    }

    private bool Refuse(string detail, SourceSpan span)
    {
        context.Refuse(Codes.ModelReferenceInvalid, detail, span);
        return false;
    }
}

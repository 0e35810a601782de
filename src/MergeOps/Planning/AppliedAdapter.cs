using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Applies an adapter to the tensors of a model; whatever cannot be applied exactly goes into the bag as an error.</summary>
/// <param name="model">The model's index in the plan.</param>
/// <param name="metadata">What is known of the model.</param>
/// <param name="owner">The adapter's index among the plan's owners.</param>
/// <param name="adapter">What is known of the adapter.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class AppliedAdapter(int model, ModelMetadata metadata, int owner, AdapterMetadata adapter, DiagnosticBag diagnostics)
{
    private readonly List<string> problems = [];
    private readonly List<(string Name, long Rows, long OfBase)> grown = [];

    /// <summary>The model's tensors with the adapter applied; as they were when it could not be.</summary>
    public ModelTensors Over(ModelTensors below)
    {
        var unread = new LoraProblems();
        if (LoraAdapter.Read([.. adapter.Checkpoint.Tensors.Values], adapter.Settings, adapter.Metadata, unread) is not { } read)
        {
            Refuse(Codes.AdapterNotApplied, $"{adapter.Reference} cannot be applied to {metadata.Model.Value.WithoutAdapters}: {unread.With(adapter.Checkpoint.Tensors.Keys, adapter.Settings is not null)}");
            return below;
        }

        var encoder = new AdaptedEncoder(below.Sources, read);
        var experts = new AdaptedExperts(encoder.Shown, read);
        var shapes = experts.Shown.ToDictionary(source => source.Key, source => source.Value.Shape, StringComparer.Ordinal);
        List<LoraMatch> all = [.. read.Parts.Select(part => LoraMatch.Of(read.Naming, part, shapes))];
        var here = all.FindAll(match => !IsElsewhere(match, read, shapes));
        var matches = here.Count == 0 ? all : here;

        Tell(read, matches);
        var head = new AdaptedHead(metadata, below, matches);
        problems.AddRange(head.Problems);
        var sources = experts.Shown.ToBuilder();
        var dropped = below.Dropped.ToBuilder();
        var changed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var match in matches)
        {
            RequireAll(match, head);
            RequireNamed(match, below);
            foreach (var (replacement, name) in match.Replaced)
            {
                Replace(replacement, name, sources, dropped);
            }

            foreach (var (module, weight) in match.Modules)
            {
                if (!changed.TryAdd(weight, module.Name))
                {
                    problems.Add($"its modules {TerminalText.Quoted(changed[weight])} and {TerminalText.Quoted(module.Name)} both change {TerminalText.Quoted(weight)}");
                }
                else if (AdaptedWeight.Of(match, module, sources[weight], owner, metadata, problems) is { } source)
                {
                    sources[weight] = source;
                }
            }

            if (match.Part.Parameters.Count > 0)
            {
                var parameters = new AdaptedParameters(owner, match.Part.Settings!, sources, problems);
                foreach (var module in match.Part.Parameters)
                {
                    parameters.Apply(module, match.InBase(LoraParameters.OwnerOf(module.Name)));
                }
            }
        }

        foreach (var added in head.Added)
        {
            Replace(added, added.Name, sources, dropped);
        }

        TellGrown();
        if (problems.Count == 0)
        {
            return new(encoder.Together(experts.Together(sources.ToTensorMap())), dropped.ToImmutable());
        }

        Refuse(Codes.AdapterDoesNotFit, $"{adapter.Reference} does not fit {metadata.Model.Value.WithoutAdapters}: {string.Join("; ", problems)}.");
        return below;
    }

    // of an adapter with several parts those that another file of a pipeline holds; a whole checkpoint in one file holds all of them
    private static bool IsElsewhere(LoraMatch match, LoraAdapter read, Dictionary<string, ImmutableArray<long>> shapes) =>
        read.Parts.Count > 1 && !read.Naming.HoldersOf(match.Part.Name).Any(holder => shapes.Keys.Any(name => name.StartsWith(holder, StringComparison.Ordinal))) && (!match.IsAny
            || (!match.IsWhole && match.Modules.Length < match.Lacking.Length)
            || (!match.Modules.IsEmpty && match.Modules.All(module => !LoraFit.Of(shapes[module.Weight], module.Module).Fits)));

    private void Tell(LoraAdapter read, List<LoraMatch> matches)
    {
        var span = metadata.Model.Span;
        if (read.Parts.Where(part => matches.TrueForAll(match => match.Part != part)).ToList() is [_, ..] unused)
        {
            diagnostics.Warning(
                Codes.AdapterPartUnused,
                $"{adapter.Reference} also changes other models than {metadata.Model.Value.WithoutAdapters}: {NameList.Of([.. unused.Select(part => part.Name)])} "
                + $"({(unused.Sum(part => part.Modules.Count) is var count && count == 1 ? "1 module" : $"{count:N0} modules")}). Merge those models with it too.",
                span);
        }

        foreach (var (ofAdapter, ofBase) in matches.SelectMany(match => match.Prefixes.Where(prefixes => IsAnother(prefixes, read.Naming.ContainersOf(match.Part.Name))).Select(prefixes => Shown(prefixes, match))))
        {
            diagnostics.Note(
                Codes.AdapterMapped,
                $"What {adapter.Reference} calls {TerminalText.Quoted(ofAdapter + "…")} is {TerminalText.Quoted(ofBase + "…")} in {metadata.Model.Value.WithoutAdapters}: names and shapes fit nowhere else.",
                span);
        }

        if (read.Parts.Select(part => part.Settings?.BaseModel).OfType<string>().FirstOrDefault(name => !AdaptedModel.Is(name, metadata)) is { } other)
        {
            diagnostics.Warning(
                Codes.AdapterOfOtherModel,
                $"{adapter.Reference} was trained on {TerminalText.Quoted(other)} and is applied to {metadata.Model.Value.WithoutAdapters}. On another model its change means something else; the same model under another name is fine.",
                span);
        }
    }

    private static bool IsAnother((string OfAdapter, string OfBase) prefixes, ImmutableArray<string> containers) =>
        prefixes.OfAdapter != prefixes.OfBase && (prefixes.OfAdapter.Length > 0 || !containers.Contains(prefixes.OfBase));

    // one of the two may be empty, and a first word says where it stands
    private static (string OfAdapter, string OfBase) Shown((string OfAdapter, string OfBase) prefixes, LoraMatch match)
    {
        var rest = match.Modules.Select(module => module.Module.Name).Concat(match.Replaced.Select(replaced => replaced.Replacement.Name))
            .FirstOrDefault(name => match.PrefixesOf(name) == prefixes)?[prefixes.OfAdapter.Length..] ?? "";
        var word = rest[..(rest.IndexOf('.', StringComparison.Ordinal) + 1)];
        return (prefixes.OfAdapter + word, prefixes.OfBase + word);
    }

    private void RequireAll(LoraMatch match, AdaptedHead head)
    {
        var lacking = match.Lacking.Where(name => head.Added.All(added => added.Name != name)).ToList();
        if (lacking.Count > 0)
        {
            problems.Add($"it changes {NameList.Of(lacking)}, which {metadata.Model.Value.WithoutAdapters} lacks{MissingModules.Why(match, lacking, metadata, adapter)}{head.HintAt(lacking)}");
        }
    }

    // settings name more than a model may have ('classifier' and 'score'); what the model has must be there
    private void RequireNamed(LoraMatch match, ModelTensors below)
    {
        if (match.Part.Settings is not { } settings)
        {
            return;
        }

        List<string> unsaved = [.. settings.SavedModules.Where(saved => !match.Part.Replacements.Any(one => IsOf(saved, one.Name)) && below.Sources.Keys.Any(name => IsOf(saved, name)))];
        if (unsaved.Count > 0)
        {
            problems.Add($"its settings say that {NameList.Of(unsaved)} {(unsaved.Count == 1 ? "was" : "were")} trained whole ('modules_to_save'), and its file holds no tensor of {(unsaved.Count == 1 ? "it" : "them")}. Take all files of the adapter");
        }

        List<string> idle = [.. settings.Targets.Names.Where(target => !match.Part.Modules.Any(module => TensorNames.EndsWith(module.Name, target)) && below.Sources.Keys.Any(name => TensorNames.EndsWith(name, $"{target}.weight")))];
        if (idle.Count > 0)
        {
            diagnostics.Warning(
                Codes.AdapterTargetsUnused,
                $"{adapter.Reference} has no factors for {NameList.Of(idle)}, which its 'target_modules' name and {metadata.Model.Value.WithoutAdapters} has. Those weights stay as they are; if part of the adapter is missing, use a complete copy.",
                metadata.Model.Span);
        }
    }

    private static bool IsOf(string module, string tensor) => $".{tensor}.".Contains($".{module}.", StringComparison.Ordinal);

    private void Replace(
        LoraReplacement replacement, string name, ImmutableSortedDictionary<string, TensorSource>.Builder sources, ImmutableArray<DroppedTensor>.Builder dropped)
    {
        var stored = new Stored(owner, replacement.Tensor) { InPlaceOf = new(model, name) };
        if (sources.TryGetValue(name, out var own))
        {
            var isVocabulary = metadata.Rules.RoleOf(name, own.Shape) is TensorRole.TokenEmbedding or TensorRole.OutputHead && own.Shape.Length == stored.Shape.Length && own.Shape.Skip(1).SequenceEqual(stored.Shape.Skip(1));
            if (!own.Shape.SequenceEqual(stored.Shape) && !isVocabulary)
            {
                problems.Add($"its {TerminalText.Quoted(replacement.Tensor.Name)} is {TensorSource.Text(stored.Shape)}, and {TerminalText.Quoted(name)} is {TensorSource.Text(own.Shape)}");
                return;
            }

            if (own.Shape.Length > 0 && stored.Shape[0] > own.Shape[0])
            {
                grown.Add((name, stored.Shape[0], own.Shape[0]));
            }

            dropped.AddRange(own.Origins.Select(origin => new DroppedTensor(origin.Model, origin.Name, $"{adapter.Reference} holds another one instead")));
        }

        sources[name] = stored;
    }

    private void TellGrown()
    {
        foreach (var same in grown.GroupBy(one => (one.Rows, one.OfBase)))
        {
            diagnostics.Warning(
                Codes.AdapterPartUnused,
                $"{adapter.Reference} gives {NameList.Of([.. same.Select(one => one.Name)])} {same.Key.Rows:N0} rows for {same.Key.OfBase:N0}: it was trained with added tokens. "
                + "Its tokenizer is not used: no text reaches the added rows, and a merge with models of fewer rows, or by tokens, leaves them out. "
                + "To keep them, apply the adapter first: `AutoPeftModelForCausalLM.from_pretrained(ADAPTER).merge_and_unload().save_pretrained(FOLDER)` and "
                + "`AutoTokenizer.from_pretrained(ADAPTER).save_pretrained(FOLDER)`, and name FOLDER.",
                metadata.Model.Span);
        }
    }

    private void Refuse(DiagnosticCode code, string detail) => diagnostics.Error(code, detail, metadata.Model.Span);
}

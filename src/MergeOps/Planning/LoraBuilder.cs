using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Turns the jobs of a merge into those of an adapter on the base: two factors for each chosen matrix, whole modules, and what is left out.</summary>
internal sealed class LoraBuilder
{
    private const string Weight = ".weight";
    private const string Bias = ".bias";
    private readonly Recipe recipe;
    private readonly LoraOutputSettings settings;
    private readonly ModelMetadata metadata;
    private readonly TensorMap<TensorSource> origin;
    private readonly FileContents contents;
    private readonly DiagnosticBag diagnostics;
    private readonly CoreSpace space;
    private readonly LoraChoice choice;
    private readonly bool isCore;
    private readonly LoraTying tying;
    private readonly List<TensorJob> jobs = [];
    private readonly List<TensorJob> leftOut = [];
    private readonly List<LoraMatrix> matrices = [];
    private readonly LoraBiasJobs biases;
    private readonly LoraSavedModules saved;
    private readonly List<string> problems = [];

    /// <summary>Takes what a plan knows.</summary>
    /// <param name="recipe">The recipe; its output is an adapter.</param>
    /// <param name="models">The metadata of its models.</param>
    /// <param name="origin">The base's tensors by the names that the output has for them.</param>
    /// <param name="merged">The jobs of the merged model.</param>
    /// <param name="owners">Whose files are read.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public LoraBuilder(
        Recipe recipe, ImmutableArray<ModelMetadata> models, TensorMap<TensorSource> origin, ImmutableArray<TensorJob> merged, ImmutableArray<PlannedModel> owners, DiagnosticBag diagnostics)
    {
        (this.recipe, this.origin, this.diagnostics, contents, Merged) = (recipe, origin, diagnostics, new(owners), merged);
        settings = recipe.Output!;
        metadata = models.First(model => model.Model.Value == recipe.BaseModel!.Value);
        space = new(owners);
        var isTied = AdaptedHead.IsTied(metadata, origin.Keys);
        choice = new(settings, [.. origin.Keys, .. merged.Select(job => job.Name), .. isTied ? new[] { TensorRoles.UsualHead } : []], diagnostics);
        tying = new(recipe.Architecture, metadata, choice, merged, isTied);
        biases = new(settings, choice, merged);
        saved = new(recipe.Architecture, origin, space, tying, merged);
        isCore = CoreSpace.IsChosen(recipe, merged);
    }

    private ImmutableArray<TensorJob> Merged { get; }

    /// <summary>The adapter; null when errors went into the bag.</summary>
    public LoraJobs? Build()
    {
        if (diagnostics.HasErrors)
        {
            return null;
        }

        if (isCore && CoreSpace.Objection(Merged) is { } objection)
        {
            return Refuse(objection);
        }

        if (Merged.FirstOrDefault(job => ComponentName.ComponentOf(job.Name, metadata.Checkpoint.Components) != ComponentName.Own) is { } within)
        {
            return Refuse($"{TerminalText.Quoted(within.Name)} is in a separate folder within the base, but an adapter belongs to one model. Name that folder in each model instead");
        }

        var ahead = LoraLeftOut.AheadOf(recipe.Architecture, Merged, origin);
        var behind = ahead.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var job in Merged.Where(job => !behind.Contains(job.Name)))
        {
            Add(job);
        }

        if (tying.RefusesHead)
        {
            problems.Add(tying.Why(TensorRoles.UsualHead));
        }

        if (problems.Count == 0 && matrices.Count == 0)
        {
            problems.Add(saved.Modules.Count > 0
                ? "it holds only whole modules and no factors, and without a factor PEFT cannot load it. Choose 'target_modules'"
                : "nothing that it may hold differs from the base. Choose 'target_modules', or models that differ from the base");
        }

        if (problems.Count > 0)
        {
            return Refuse(string.Join("; ", problems.Distinct()));
        }

        var written = biases.Written(matrices.Select(matrix => matrix.Module).ToHashSet(StringComparer.Ordinal));
        leftOut.AddRange(written.LeftOut);
        jobs.AddRange(saved.Jobs.Select(job => (job with { DType = FactorType }).Digested(contents)));
        jobs.AddRange(written.Jobs.Select(job => (job.Merged with { Name = job.Name, DType = FactorType, Compared = null }).Digested(contents)));
        var rank = matrices.Max(matrix => matrix.Rank);
        var alpha = settings.Alpha?.Value ?? rank;
        jobs.AddRange(matrices.SelectMany(matrix => matrix.Factors(alpha / matrix.Rank)).Select(factor => (factor with { DType = FactorType }).Digested(contents)));
        LoraLeftOut.Tell(leftOut, ahead, settings, diagnostics);
        return new(
            [.. jobs.OrderBy(job => job.Name, StringComparer.Ordinal)],
            new(rank, alpha, isCore, [.. leftOut], [.. saved.Measured, .. written.Jobs.Select(job => job.Merged)]),
            new WrittenLora(recipe.BaseModel!.Value.Path, recipe.BaseModel.Value.Revision, rank, alpha)
            {
                Targets = choice.NamesFor([.. matrices.Select(matrix => matrix.Module)], isWholePart: true),
                Saved = choice.NamesFor(saved.Modules, isWholePart: false),
                Ranks = matrices.Where(matrix => matrix.Rank != rank).ToOrdinalMap(matrix => matrix.Module, matrix => matrix.Rank),
                Bias = written.Word,
                HasInputsFirst = matrices.Exists(matrix => matrix.IsTurned && !matrix.IsTable),
                TaskType = WrittenLora.TaskTypeOf(metadata.Config),
            }.Text);
    }

    private LoraJobs? Refuse(string why)
    {
        diagnostics.Error(Codes.LoraOutputRefused, $"{why}.", settings.Span);
        return null;
    }

    private void Add(TensorJob merged)
    {
        var (name, own) = (merged.Name, origin.GetValueOrDefault(merged.Name));
        if (!merged.DType.IsNumeric() || !merged.Inputs.All(input => input.Source.DType.IsNumeric())
            || recipe.Architecture.RoleOf(name, merged.Shape) is TensorRole.DerivedBuffer or TensorRole.ShadowCopy)
        {
            return;
        }

        var module = LoraChoice.ModuleOf(name);
        if (own is not null && name.EndsWith(Bias, StringComparison.Ordinal) && biases.Wants(merged, module) && own.Shape.SequenceEqual(merged.Shape))
        {
            if (!space.IsUnchanged(merged, own))
            {
                biases.Add(merged with { Compared = new(own, ResolvedParameters.Empty) });
            }

            return;
        }

        if (choice.IsSaved(module) || (LoraTying.HeldWhole(merged) && !choice.IsTarget(module) && !choice.IsExcluded(module)))
        {
            if (saved.Add(merged, module, own) is { } whyNot)
            {
                problems.Add(whyNot);
            }

            return;
        }

        if (own is not null && space.IsUnchanged(merged, own))
        {
            return;
        }

        if (own is not null && !own.Shape.SequenceEqual(merged.Shape))
        {
            problems.Add($"{TerminalText.Quoted(name)} is {TensorSource.Text(merged.Shape)} in the merged model and {TensorSource.Text(own.Shape)} in the base, and an adapter cannot change shapes. Merge models with the base's vocabulary, or name {TerminalText.Quoted(module)} in 'modules_to_save' and resize the base's embedding before the adapter is loaded");
        }
        else if (own is not null && WantsFactors(name, module, merged.Shape))
        {
            AddMatrix(merged with { Compared = new(own, ResolvedParameters.Empty) }, module, own);
        }
        else
        {
            if (choice.IsTarget(module) && name.EndsWith(Weight, StringComparison.Ordinal))
            {
                problems.Add($"{TerminalText.Quoted(module)} is in 'target_modules', and {TerminalText.Quoted(name)} {(own is null ? "is not in the base" : $"is {TensorSource.Text(merged.Shape)}, which is neither a matrix nor a convolution of all inputs")}. Name it in 'modules_to_save'");
            }

            leftOut.Add(own is null ? merged : merged with { Compared = new(own, ResolvedParameters.Empty) });
        }
    }

    private bool WantsFactors(string name, string module, ImmutableArray<long> shape)
    {
        if (!name.EndsWith(Weight, StringComparison.Ordinal) || choice.IsExcluded(module))
        {
            return false;
        }

        if (shape.Length != 2)
        {
            // one input for each output: a convolution of groups, which factors of PEFT do not have; three axes are also those of experts
            return shape is [_, > 1, _, ..] && (shape.Length > 3 || module.Contains("conv", StringComparison.Ordinal)) && choice.IsTarget(module);
        }

        if (!choice.NamesTargets)
        {
            return !IsTable(name, shape) && !(tying.IsTied && recipe.Architecture.IsHeadMatrix(name));
        }

        if (choice.IsTarget(module) && tying.IsTiedTokens(name, shape))
        {
            problems.Add(tying.Why(name));
        }

        return choice.IsTarget(module);
    }

    private void AddMatrix(TensorJob job, string module, TensorSource own)
    {
        var isTable = IsTable(job.Name, job.Shape);
        bool? isTurned = isTable ? true : job.Shape.Length > 2 ? false : AdaptedModel.HasInputsFirst(module, isStated: false, job.Name, metadata);
        var core = isCore && job.Shape.Length == 2 ? space.FactorsOf(job, own) : null;
        if (isCore && core is null && settings.Space is not null && !job.Inputs.Any(input => LoraTying.ReadsWhole(input.Source)))
        {
            problems.Add($"{TerminalText.Quoted(job.Name)} {(job.Shape.Length > 2 ? "is a convolution, which is merged as a whole weight" : "of a model differs from the base's by more than factors")}. Write 'space: full'");
            return;
        }

        var changed = core is null ? job with { Compared = null } : CoreSpace.Merge(job, core);
        var rank = (int)Math.Min(settings.Rank.Value, Math.Min(changed.Shape[0], TensorSource.CountOf(changed.Shape.Skip(1))));
        if (changed.ElementCount > Array.MaxLength || rank * Math.Max(job.Shape[0], TensorSource.CountOf(job.Shape.Skip(1))) > Array.MaxLength)
        {
            problems.Add($"{TerminalText.Quoted(job.Name)} is too large to be decomposed. Name {TerminalText.Quoted(module)} in 'exclude_modules' or 'modules_to_save'");
            return;
        }

        matrices.Add(new(job, module, changed, core, rank, isTurned == true, isTable));
    }

    // factors are small, and PEFT computes with them in float32
    private DType FactorType => JobBuilder.DTypeOf((recipe.OutDType ?? recipe.DType)?.Value) ?? DType.F32;

    // a convolution may have a table's name, as those which cut images into patches do
    private bool IsTable(string name, ImmutableArray<long> shape) => shape.Length == 2 && (recipe.Architecture.RoleOf(name, shape) is TensorRole.TokenEmbedding || EmbeddingTables.IsOne(name));
}

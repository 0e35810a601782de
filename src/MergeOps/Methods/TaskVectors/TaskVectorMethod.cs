using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>
/// The task-arithmetic family: each model's difference from the base is made sparse, weighted, and added to the base;
/// with an election of signs only the entries count that agree with the sum's sign.
/// </summary>
internal abstract class TaskVectorMethod : MergeMethod
{
    /// <summary>Sums of weights below this are not divided by.</summary>
    private const double ZeroSum = 1e-8;

    private const double LargeLambda = 3;

    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, null, "Multiplies the model's task vector") { Role = ParameterRole.Share };
    private static readonly NumberParameter Lambda = new("lambda", ParameterScope.Method, 1, "Multiplies the merged task vector") { Doubt = DoubtOfLambda };
    private static readonly FlagParameter Int8Mask = new("int8_mask", ParameterScope.Method, false, "The type of mergekit's masks") { HasNoEffect = true };

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    internal override bool MergesTaskVectors => true;

    public override ImmutableArray<ParameterDeclaration> Parameters =>
        field.IsDefault ? field = [Weight, Density, .. OwnParameters, Normalize, Rescale, Lambda, Int8Mask] : field;

    /// <summary>Whether entries of the task vectors are dropped at all.</summary>
    protected virtual bool DropsEntries => true;

    /// <summary>Whether a sign is elected for each entry.</summary>
    protected abstract bool ElectsSigns { get; }

    /// <summary>The default of <c>normalize</c>.</summary>
    protected abstract bool NormalizesByDefault { get; }

    /// <summary>The default of <c>rescale</c>.</summary>
    protected abstract bool RescalesByDefault { get; }

    /// <summary>What a density of 0 keeps of a task vector, for a warning.</summary>
    protected virtual string KeptOfNothing => "nothing of the model's task vectors is kept";

    // A parameter is known by its object, so threads that ask for the first time at once must get the same one.

    /// <summary>The share of each model's task vector that is kept.</summary>
    protected NumberParameter Density => LazyInitializer.EnsureInitialized(ref field, () => new("density", ParameterScope.Model, 1, DensityHelp)
    {
        Min = 0,
        Max = 1,
        HasNoEffect = !DropsEntries,
        Doubt = density => DropsEntries && density == 0 ? $"{KeptOfNothing}." : null,
    });

    /// <summary>How what was dropped is made up for.</summary>
    protected ChoiceParameter Rescale => LazyInitializer.EnsureInitialized(ref field, () => new("rescale", ParameterScope.Method, ParameterValue.Of(RescalesByDefault), RescaleHelp)
    {
        Choices = ["true", "false", Rescaling.InverseDensity],
        HasNoEffect = !DropsEntries,
    });

    /// <summary>Parameters of this method alone.</summary>
    protected virtual ImmutableArray<ParameterDeclaration> OwnParameters => [];

    private FlagParameter Normalize => LazyInitializer.EnsureInitialized(ref field, () => new("normalize", ParameterScope.Method, NormalizesByDefault, NormalizeHelp));

    private string DensityHelp => DropsEntries ? "The share of the task vector's entries that is kept" : "Only other methods use it";

    private string NormalizeHelp => ElectsSigns
        ? "Divide each entry by the sum of the weights whose entries agree with the elected sign"
        : "Divide the sum by the sum of the weights";

    private string RescaleHelp => DropsEntries
        ? "true keeps the L1 norm of each task vector, inverse_density divides by the probability of being kept"
        : "Only other methods use it";

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var lambda = Lambda.Of(parameters);
        var used = Enumerable.Range(0, models.Length).Where(i => Weight.Of(models[i]) != 0).ToArray();
        if (lambda == 0 || used.Length == 0)
        {
            return -1;
        }

        var weight = Weight.Of(models[used[0]]);
        var divides = Normalize.Of(parameters) && (ElectsSigns || Math.Abs(weight) >= ZeroSum);
        var factor = divides ? lambda : lambda * weight;
        return used.Length == 1 && factor == 1 && KeepsAll(models[used[0]]) ? used[0] : null;
    }

    public override string? Doubts(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        double[] weights = [.. models.Select(Weight.Of)];
        var doubt = !Normalize.Of(parameters) ? null
            : ElectsSigns ? WeightBalance.OfAgreeing(weights, "normalize")
            : WeightBalance.OfSum(weights, "normalize", ZeroSum);
        return doubt is null ? null : $"{doubt} Write 'normalize: false', or weights with the same sign.";
    }

    internal sealed override bool IsLinear => !DropsEntries && !ElectsSigns;

    internal sealed override ImmutableArray<double>? LinearShares(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        IsLinear && !Normalize.Of(parameters) ? [.. models.Select(model => Weight.Of(model) * Lambda.Of(parameters))] : null;

    public override string? Becomes(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var plain = ElectsSigns ? "ties" : "task_arithmetic";
        return DropsEntries && plain != Name && models.All(KeepsAll)
            ? $"Every '{Density.Name}' is 1, which is the default, so nothing is dropped and '{Name}' is '{plain}' with "
                + $"'{Normalize.Name}: {(Normalize.Of(parameters) ? "true" : "false")}'. Give the models a density below 1, or write that instead."
            : null;
    }

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var vectors = Vectors(inputs);
        var deltas = new torch.Tensor[vectors.Length];
        var add = Adding(inputs, vectors);
        return tile =>
        {
            Fill(deltas, vectors, tile);
            add(tile, deltas);
        };
    }

    // which entries are dropped depends on no weight and no sum, and sums leave the task vectors as they are
    internal sealed override IReadOnlyList<TileFunction>? PrepareTogether(IReadOnlyList<ITensorInputs> settings)
    {
        var weighted = settings.Select(Weighted).ToList();
        if (weighted.Any(each => !each.Select(vector => vector.Model).SequenceEqual(weighted[0].Select(vector => vector.Model)))
            || settings.Skip(1).Any(inputs => !DropsAlike(settings[0], inputs)))
        {
            return null;
        }

        var shared = Vectors(settings[0]);
        var deltas = new torch.Tensor[shared.Length];
        return
        [
            .. settings.Zip(weighted).Select((setting, index) =>
            {
                foreach (var (own, seen) in setting.Second.Zip(shared))
                {
                    own.Rescale = seen.Rescale;
                }

                var add = Adding(setting.First, setting.Second);
                return (TileFunction)(tile =>
                {
                    if (index == 0)
                    {
                        Fill(deltas, shared, tile);
                    }

                    add(tile, deltas);
                });
            }),
        ];
    }

    private static void Fill(torch.Tensor[] deltas, TaskVector[] vectors, Tile tile)
    {
        for (var i = 0; i < vectors.Length; i++)
        {
            deltas[i] = vectors[i].Of(tile);
        }
    }

    // what is made of task vectors that are sparse already
    private Action<Tile, torch.Tensor[]> Adding(ITensorInputs inputs, TaskVector[] vectors)
    {
        if (ElectsSigns)
        {
            var factors = vectors.Select(vector => vector.Weight * vector.Rescale).ToArray();
            var weights = Normalize.Of(inputs.Parameters) ? vectors.Select(vector => vector.Weight).ToArray() : null;
            var election = new SignElection(factors, factors, weights, Lambda.Of(inputs.Parameters));
            var elected = inputs.Operators<IElectedSums>();
            return (tile, deltas) => elected.AddElected(tile.Output, tile.Base, deltas, election);
        }

        var scaled = Scaled(inputs.Parameters, vectors);
        var sums = inputs.Operators<IWeightedSums>();
        return (tile, deltas) => sums.AddWeighted(tile.Output, tile.Base, deltas, scaled);
    }

    private bool DropsAlike(ITensorInputs one, ITensorInputs other) => !DropsEntries
        || (But(one.Parameters, [Lambda, Normalize]).SequenceEqual(But(other.Parameters, [Lambda, Normalize]))
            && one.Models.Zip(other.Models).All(models => But(models.First, [Weight]).SequenceEqual(But(models.Second, [Weight]))));

    private static IEnumerable<(string Name, ParameterValue Value)> But(ResolvedParameters parameters, ParameterDeclaration[] left) =>
        parameters.Values.Where(value => !left.Contains(value.Parameter)).Select(value => (value.Parameter.Name, value.Value));

    private TaskVector[] Weighted(ITensorInputs inputs) =>
    [
        .. from model in Enumerable.Range(0, inputs.Models.Length)
           let weight = Weight.Of(inputs.Models[model])
           where weight != 0
           select new TaskVector(inputs, model, weight, null),
    ];

    private double[] Scaled(ResolvedParameters parameters, TaskVector[] vectors)
    {
        var (lambda, sum) = (Lambda.Of(parameters), vectors.Sum(vector => vector.Weight));
        var scale = Normalize.Of(parameters) && Math.Abs(sum) >= ZeroSum ? lambda / sum : lambda;
        return [.. vectors.Select(vector => vector.Weight * vector.Rescale * scale)];
    }

    /// <summary>What drops entries of one model's task vector; null when all are kept.</summary>
    /// <param name="inputs">The tensor.</param>
    /// <param name="model">The model's index, which is part of the key of random masks.</param>
    protected virtual ISparsifier? Sparsify(ITensorInputs inputs, int model) => null;

    private static string? DoubtOfLambda(double lambda) => lambda switch
    {
        0 => "nothing from the models is added, and the result is the base.",
        < 0 => "what the models learned is taken away from the base.",
        > LargeLambda => "it multiplies all that the models learned; values from 0.3 to 1.5 are usual.",
        _ => null,
    };

    private bool KeepsAll(ResolvedParameters model) => !DropsEntries || Density.Of(model) >= 1;

    private TaskVector[] Vectors(ITensorInputs inputs)
    {
        TaskVector[] vectors =
        [
            .. from i in Enumerable.Range(0, inputs.Models.Length)
               let weight = Weight.Of(inputs.Models[i])
               where weight != 0
               select new TaskVector(inputs, i, weight, KeepsAll(inputs.Models[i]) ? null : Sparsify(inputs, i)),
        ];
        TaskVector.Look(inputs, vectors);
        Rescaling.Apply(inputs, Rescale, vectors);
        return vectors;
    }
}

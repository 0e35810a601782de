using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using TorchSharp;

namespace MergeOps.Tests.Methods;

/// <summary>Runs a merge method on tensors in memory, through the contract that the engine keeps.</summary>
internal sealed record InMemoryMerge(MergeMethod Method)
{
    /// <summary>A method of the catalogue.</summary>
    public InMemoryMerge(string method)
        : this(MethodCatalogue.Default.Find(method)!)
    {
    }

    /// <summary>The base, or null.</summary>
    public torch.Tensor? Base { get; init; }

    /// <summary>The other models.</summary>
    public ImmutableArray<torch.Tensor> Models { get; init; } = [];

    /// <summary>The method's parameters; those left out take their defaults.</summary>
    public ImmutableDictionary<string, ParameterValue> Parameters { get; init; } = ImmutableDictionary<string, ParameterValue>.Empty;

    /// <summary>Each model's parameters; those left out take their defaults.</summary>
    public ImmutableArray<ImmutableDictionary<string, ParameterValue>> ModelParameters { get; init; } = [];

    /// <summary>The output tensor's name.</summary>
    public string TensorName { get; init; } = "model.layers.0.self_attn.q_proj.weight";

    /// <summary>Whether the tensor is an embedding or a head.</summary>
    public bool HasTokenRows { get; init; }

    /// <summary>The recipe's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>About how many elements a tile has.</summary>
    public long TileLength { get; init; } = 1000;

    /// <summary>What was measured of each model, of the method's kind; empty when nothing was.</summary>
    public ImmutableArray<torch.Tensor> Statistics { get; init; } = [];

    /// <summary>What was measured of the base, by kind.</summary>
    public ImmutableDictionary<StatisticKind, torch.Tensor> BaseStatistics { get; init; } = ImmutableDictionary<StatisticKind, torch.Tensor>.Empty;

    /// <summary>The share of the tokens that reached the tensor in each model; empty for all of them.</summary>
    public ImmutableArray<double> TokenShares { get; init; } = [];

    /// <summary>The device's operators.</summary>
    public OperatorSet Operators { get; init; } = CpuOperators.All;

    /// <summary>Sets a parameter of the method.</summary>
    public InMemoryMerge With(string name, double value) => With(name, ParameterValue.Of(value));

    /// <summary>Sets a parameter of the method.</summary>
    public InMemoryMerge With(string name, bool value) => With(name, ParameterValue.Of(value));

    /// <summary>Sets a parameter of the method.</summary>
    public InMemoryMerge With(string name, ParameterValue value) => this with { Parameters = Parameters.SetItem(name, value) };

    /// <summary>Sets a parameter of each model, one value a model.</summary>
    public InMemoryMerge WithEach(string name, params double[] values) => this with
    {
        ModelParameters =
        [
            .. values.Select((value, i) => (ModelParameters.IsEmpty ? ImmutableDictionary<string, ParameterValue>.Empty : ModelParameters[i])
                .SetItem(name, ParameterValue.Of(value))),
        ],
    };

    /// <summary>The method's parameters with their defaults.</summary>
    public ResolvedParameters ResolvedParameters => Resolve(ParameterScope.Method, Parameters);

    /// <summary>Each model's parameters with their defaults.</summary>
    public ImmutableArray<ResolvedParameters> ResolvedModels =>
    [
        .. Models.Select((_, i) => Resolve(
            ParameterScope.Model, ModelParameters.IsEmpty ? ImmutableDictionary<string, ParameterValue>.Empty : ModelParameters[i])),
    ];

    /// <summary>The merged tensor in the arithmetic's type: float32, or float64 when an input is.</summary>
    public torch.Tensor Run()
    {
        using var scope = torch.NewDisposeScope();
        var inputs = new InMemoryInputs(this);
        var function = Method.Prepare(inputs);
        inputs.Fill(function);
        return inputs.Output.MoveToOuterDisposeScope();
    }

    private ResolvedParameters Resolve(ParameterScope scope, ImmutableDictionary<string, ParameterValue> given) => new(
        Method.Parameters
            .Where(declaration => declaration.Scope == scope && (HasTokenRows || !declaration.OnlyTokenRows))
            .Select(declaration => (Declaration: declaration, Value: given.GetValueOrDefault(declaration.Name) ?? declaration.Default))
            .Where(pair => pair.Value is not null)
            .Select(pair => new ResolvedValue(pair.Declaration, pair.Value!)));
}

namespace Cake.MergeOps;

/// <summary>What a merge will do; no weight was read.</summary>
/// <param name="Name">The recipe's name.</param>
/// <param name="Digest">SHA-256 of every decision, lower-case hex: equal on every machine.</param>
/// <param name="Inputs">The files on this machine that decide it, relative to the recipe's folder.</param>
/// <param name="Models">The models.</param>
/// <param name="Tensors">The output tensors, by name.</param>
/// <param name="Estimate">How much there is to do.</param>
public sealed record MergeOpsPlannedMerge(
    string Name,
    string Digest,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<MergeOpsPlannedModel> Models,
    IReadOnlyList<MergeOpsPlannedTensor> Tensors,
    MergeOpsEstimate Estimate);

/// <summary>A model of a plan.</summary>
/// <param name="Model">The model as the recipe names it.</param>
/// <param name="Locked">Whether every file is locked by its digest.</param>
public sealed record MergeOpsPlannedModel(string Model, bool Locked);

/// <summary>An output tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its type in the spelling of safetensors, such as <c>BF16</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Method">The merge method; null for a copy.</param>
/// <param name="Digest">SHA-256 of everything that decides its bytes.</param>
public sealed record MergeOpsPlannedTensor(string Name, string DType, IReadOnlyList<long> Shape, string? Method, string Digest);

/// <summary>How much a merge has to do.</summary>
/// <param name="BytesToRead">Bytes read.</param>
/// <param name="BytesToWrite">Bytes written.</param>
/// <param name="Merged">Tensors that are merged.</param>
/// <param name="Copied">Tensors that are copied.</param>
public sealed record MergeOpsEstimate(long BytesToRead, long BytesToWrite, int Merged, int Copied);

namespace MergeOps.Models;

/// <summary>A model that is opened for scoring as its <see cref="ModelUse"/> says.</summary>
internal interface IScoredModel : IDisposable;

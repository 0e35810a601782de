namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the filters and tests of values.</summary>
/// <param name="tokens">The pieces of the template.</param>
/// <param name="postfixes">Reads the argument of a test that has no parentheses.</param>
/// <param name="arguments">Reads the arguments in parentheses.</param>
internal sealed class FilterParser(TokenReader tokens, PostfixParser postfixes, ArgumentParser arguments)
{
    /// <summary>Filters one behind the other.</summary>
    /// <param name="target">What the first one is given; null in a block.</param>
    public Expression Chain(Expression? target)
    {
        do
        {
            var name = DottedName();
            target = new Expression.Filter(target, FilterNames.Require(name.Text, name.Line), arguments.ReadIfAny(), name.Line);
        }
        while (tokens.SkipsOperator("|"));

        return target;
    }

    /// <summary>A value with the filters and tests behind it.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Expression Behind(Expression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.SkipsOperator("|"))
            {
                value = Chain(value);
            }
            else if (tokens.SkipsName("is"))
            {
                value = Test(value, line);
            }
            else if (tokens.IsOperator("("))
            {
                value = new Expression.Call(value, arguments.Read(), line);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression.Test Test(Expression value, int line)
    {
        var isNegated = tokens.SkipsName("not");
        var name = DottedName();
        var given = Arguments.None;
        if (tokens.IsOperator("("))
        {
            given = arguments.Read();
        }
        else if ((tokens.Current.Kind is TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float || tokens.IsOperator("[") || tokens.IsOperator("{"))
            && !tokens.IsName("else") && !tokens.IsName("or") && !tokens.IsName("and") && !tokens.IsName("if") && !tokens.IsName("in") && !tokens.IsName("not"))
        {
            given = tokens.IsName("is")
                ? throw new TemplateFault("Tests cannot be chained with 'is'", line)
                : new([postfixes.Read()], []);
        }

        return new(value, TestNames.Require(name.Text, line), given, isNegated, line);
    }

    private TemplateToken DottedName()
    {
        var name = tokens.Require(TokenKind.Name);
        while (tokens.SkipsOperator("."))
        {
            name = name with { Text = $"{name.Text}.{tokens.Require(TokenKind.Name).Text}" };
        }

        return name;
    }
}

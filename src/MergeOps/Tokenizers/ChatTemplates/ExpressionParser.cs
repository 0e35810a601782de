using System.Globalization;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads expressions with the precedence that jinja2 gives them.</summary>
/// <param name="tokens">The pieces of the template.</param>
internal sealed class ExpressionParser(TokenReader tokens)
{
    private const int DeepestNesting = 100;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private int depth;

    /// <summary>What is written out. Only there may it be called safe: elsewhere that would change how it is joined.</summary>
    public Expression OutputValue()
    {
        var value = Tuple(withConditional: true);
        return value is Expression.Filter { Id: "safe", Target: { } inner, Arguments: var arguments } && arguments == Arguments.None ? inner : value;
    }

    /// <summary>An expression.</summary>
    public Expression Full()
    {
        Deeper();
        var value = Or();
        while (tokens.SkipsName("if"))
        {
            var test = Or();
            value = new Expression.Conditional(test, value, tokens.SkipsName("else") ? Full() : null, test.Line);
        }

        depth--;
        return value;
    }

    /// <summary>Expressions with commas between them, or one alone.</summary>
    /// <param name="withConditional">Whether a condition may follow behind an if.</param>
    public Expression Tuple(bool withConditional)
    {
        var line = tokens.Current.Line;
        var items = new List<Expression> { withConditional ? Full() : Or() };
        var isTuple = false;
        while (tokens.SkipsOperator(","))
        {
            isTuple = true;
            if (tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || tokens.IsOperator(")"))
            {
                break;
            }

            items.Add(withConditional ? Full() : Or());
        }

        return isTuple ? new Expression.List(items, IsTuple: true, line) : items[0];
    }

    /// <summary>Filters one behind the other.</summary>
    /// <param name="target">What the first one is given; null in a block.</param>
    public Expression FilterChain(Expression? target)
    {
        do
        {
            var name = DottedName();
            target = new Expression.Filter(target, FilterNames.Require(name.Text, name.Line), tokens.IsOperator("(") ? CallArguments() : Arguments.None, name.Line);
        }
        while (tokens.SkipsOperator("|"));

        return target;
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

    private Expression Or()
    {
        var left = And();
        while (tokens.IsName("or"))
        {
            var line = tokens.Take().Line;
            left = new Expression.Binary("or", left, And(), line);
        }

        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (tokens.IsName("and"))
        {
            var line = tokens.Take().Line;
            left = new Expression.Binary("and", left, Not(), line);
        }

        return left;
    }

    private Expression Not()
    {
        if (!tokens.IsName("not"))
        {
            return Comparison();
        }

        var line = tokens.Take().Line;
        Deeper();
        var operand = Not();
        depth--;
        return new Expression.Unary("not", operand, line);
    }

    private Expression Comparison()
    {
        var first = Sum();
        var rest = new List<(string Operator, Expression Operand)>();
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && Comparisons.Contains(tokens.Current.Text, StringComparer.Ordinal))
            {
                rest.Add((tokens.Take().Text, Sum()));
            }
            else if (tokens.SkipsName("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (tokens.IsName("not") && tokens.Next is { Kind: TokenKind.Name, Text: "in" })
            {
                tokens.Move();
                tokens.Move();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Comparison(first, rest, first.Line);
            }
        }
    }

    private Expression Sum() => Chain(Joined, "+", "-");

    private Expression Joined()
    {
        var line = tokens.Current.Line;
        var parts = new List<Expression> { Product() };
        while (tokens.SkipsOperator("~"))
        {
            parts.Add(Product());
        }

        return parts is [var only] ? only : new Expression.Join(parts, line);
    }

    private Expression Product() => Chain(Power, "*", "/", "//", "%");

    private Expression Power() => Chain(() => Unary(withFilter: true), "**");

    private Expression Chain(Func<Expression> operand, params string[] operators)
    {
        var left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && operators.Contains(tokens.Current.Text, StringComparer.Ordinal))
        {
            var sign = tokens.Take();
            left = new Expression.Binary(sign.Text, left, operand(), sign.Line);
        }

        return left;
    }

    private Expression Unary(bool withFilter)
    {
        Deeper();
        var line = tokens.Current.Line;
        var value = tokens.SkipsOperator("-") ? new Expression.Unary("-", Unary(withFilter: false), line)
            : tokens.SkipsOperator("+") ? new Expression.Unary("+", Unary(withFilter: false), line)
            : Primary();
        value = Postfix(value);
        depth--;
        return withFilter ? Filtered(value) : value;
    }

    private Expression Postfix(Expression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.SkipsOperator("."))
            {
                var name = tokens.Take();
                value = name.Kind switch
                {
                    TokenKind.Name => new Expression.Attribute(value, name.Text, line),
                    TokenKind.Integer => new Expression.Item(value, new Expression.Constant(Integer(name), line), line),
                    _ => throw new TemplateFault($"There is '{name.Text.Trim()}' where a name belongs", line),
                };
            }
            else if (tokens.SkipsOperator("["))
            {
                value = Subscript(value, line);
            }
            else if (tokens.IsOperator("("))
            {
                value = new Expression.Call(value, CallArguments(), line);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Filtered(Expression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.SkipsOperator("|"))
            {
                value = FilterChain(value);
            }
            else if (tokens.SkipsName("is"))
            {
                value = Test(value, line);
            }
            else if (tokens.IsOperator("("))
            {
                value = new Expression.Call(value, CallArguments(), line);
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
        var arguments = Arguments.None;
        if (tokens.IsOperator("("))
        {
            arguments = CallArguments();
        }
        else if ((tokens.Current.Kind is TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float || tokens.IsOperator("[") || tokens.IsOperator("{"))
            && !tokens.IsName("else") && !tokens.IsName("or") && !tokens.IsName("and") && !tokens.IsName("if") && !tokens.IsName("in") && !tokens.IsName("not"))
        {
            arguments = tokens.IsName("is")
                ? throw new TemplateFault("Tests cannot be chained with 'is'", line)
                : new([Postfix(Primary())], []);
        }

        return new(value, TestNames.Require(name.Text, line), arguments, isNegated, line);
    }

    private Expression Subscript(Expression target, int line)
    {
        var start = tokens.IsOperator(":") ? null : Full();
        if (!tokens.SkipsOperator(":"))
        {
            tokens.RequireOperator("]");
            return new Expression.Item(target, start!, line);
        }

        var stop = tokens.IsOperator(":") || tokens.IsOperator("]") ? null : Full();
        var step = tokens.SkipsOperator(":") && !tokens.IsOperator("]") ? Full() : null;
        tokens.RequireOperator("]");
        return new Expression.Slice(target, start, stop, step, line);
    }

    private Arguments CallArguments()
    {
        tokens.RequireOperator("(");
        var (positional, named) = (new List<Expression>(), new List<(string Name, Expression Value)>());
        while (!tokens.SkipsOperator(")"))
        {
            if (positional.Count + named.Count > 0)
            {
                tokens.RequireOperator(",");
                if (tokens.SkipsOperator(")"))
                {
                    break;
                }
            }

            if (tokens.IsOperator("*") || tokens.IsOperator("**"))
            {
                throw new TemplateFault($"Unpacking arguments with '{tokens.Current.Text}' has no exact implementation here", tokens.Current.Line);
            }

            if (tokens.Current.Kind == TokenKind.Name && tokens.Next is { Kind: TokenKind.Operator, Text: "=" })
            {
                var name = tokens.Take().Text;
                tokens.Move();
                named.Add((name, Full()));
            }
            else
            {
                positional.Add(named.Count == 0 ? Full() : throw new TemplateFault("An argument without a name follows one with it", tokens.Current.Line));
            }
        }

        return new(positional, named);
    }

    private Expression Primary()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Expression.Constant(true, token.Line),
                    "false" or "False" => new Expression.Constant(false, token.Line),
                    "none" or "None" => new Expression.Constant(null, token.Line),
                    "varargs" or "kwargs" => throw new TemplateFault($"'{token.Text}' has no exact implementation here", token.Line),
                    _ => new Expression.Name(token.Text, token.Line),
                };
            case TokenKind.String:
                var text = token.Text;
                while (tokens.Current.Kind == TokenKind.String)
                {
                    text += tokens.Take().Text;
                }

                return new Expression.Constant(text, token.Line);
            case TokenKind.Integer:
                return new Expression.Constant(Integer(token), token.Line);
            case TokenKind.Float:
                return new Expression.Constant(double.Parse(token.Text, CultureInfo.InvariantCulture), token.Line);
            case TokenKind.Operator when token.Text == "(":
                return Parenthesized(token.Line);
            case TokenKind.Operator when token.Text == "[":
                return new Expression.List(Items("]"), IsTuple: false, token.Line);
            case TokenKind.Operator when token.Text == "{":
                return Dictionary(token.Line);
            default:
                throw new TemplateFault($"There is '{token.Text.Trim()}' where a value belongs", token.Line);
        }
    }

    private Expression Parenthesized(int line)
    {
        if (tokens.SkipsOperator(")"))
        {
            return new Expression.List([], IsTuple: true, line);
        }

        var value = Tuple(withConditional: true);
        tokens.RequireOperator(")");
        return value;
    }

    private List<Expression> Items(string end)
    {
        var items = new List<Expression>();
        while (!tokens.SkipsOperator(end))
        {
            if (items.Count > 0)
            {
                tokens.RequireOperator(",");
                if (tokens.SkipsOperator(end))
                {
                    break;
                }
            }

            items.Add(Full());
        }

        return items;
    }

    private Expression.Dictionary Dictionary(int line)
    {
        var items = new List<(Expression Key, Expression Value)>();
        while (!tokens.SkipsOperator("}"))
        {
            if (items.Count > 0)
            {
                tokens.RequireOperator(",");
                if (tokens.SkipsOperator("}"))
                {
                    break;
                }
            }

            var key = Full();
            tokens.RequireOperator(":");
            items.Add((key, Full()));
        }

        return new(items, line);
    }

    private static long Integer(TemplateToken token)
    {
        try
        {
            return token.Text.Length > 1 && char.ToLowerInvariant(token.Text[1]) is 'x' or 'o' or 'b'
                ? Convert.ToInt64(token.Text[2..], char.ToLowerInvariant(token.Text[1]) switch { 'x' => 16, 'o' => 8, _ => 2 })
                : long.Parse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            throw new TemplateFault($"The number {token.Text} is too large", token.Line);
        }
    }

    private void Deeper()
    {
        if (++depth > DeepestNesting)
        {
            throw new TemplateFault("An expression is nested too deeply", tokens.Current.Line);
        }
    }
}
